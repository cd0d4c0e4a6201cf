import { placeOf } from '../claims';
import type { CheckContext } from '../context';
import type { EvidenceEvent } from '../events';
import { type Finding, finding } from '../messages';
import {
  cellUnder,
  clausesOf,
  eventsAbout,
  involves,
  isTimelineRow,
  type Statement,
  statementsOf,
} from '../statements';

export const ACTOR_COLUMN = /\b(?:who|actor|principal|identity|user|account|caller)\b/i;

/** Who acted: a timeline row's actor, or the one a sentence names beside an event, is the one of the evidence for that event. */
export function checkActors(context: CheckContext): Finding[] {
  return statementsOf(context).statements.flatMap((statement) => {
    if (isTimelineRow(statement)) {
      const cell = cellUnder(statement.block, ACTOR_COLUMN);
      return compare(statement, cell ? within(statement.actors, cell) : statement.actors);
    }
    if (statement.denies) return [];
    return clausesOf(statement).flatMap((clause) => {
      const part = {
        ...statement,
        actors: within(statement.actors, clause),
        actions: within(statement.actions, clause),
        times: within(statement.times, clause),
      };
      if (part.actors.length === 0 || (part.actions.length === 0 && part.times.length === 0)) return [];
      return isInvolved(part) ? [] : compare(part, part.actors);
    });
  });
}

const within = <T extends { start: number; end: number }>(items: T[], span: { start: number; end: number }): T[] =>
  items.filter(({ start, end }) => start >= span.start && end <= span.end);

function compare(statement: Statement, said: Statement['actors']): Finding[] {
  const [named] = said;
  if (!named) return [];
  const about = eventsAbout(statement);
  const known = about.filter(({ actors }) => actors.length > 0);
  const [event] = known;
  if (!event || about.some((one) => said.some(({ name }) => involves(one, name)))) return [];
  const data = { said: named.name, actual: actorsOf(known), record: event.record.call.number };
  return [finding('actor', 'error', placeOf(statement.block, named), 'actor-differs', data)];
}

/** Whether one of the names took part in any of the sentence's actions. */
function isInvolved({ actions, actors, events }: Statement): boolean {
  const wanted = new Set(actions.map(({ name }) => name));
  return events.some(
    (event) => event.actions.some((action) => wanted.has(action)) && actors.some(({ name }) => involves(event, name)),
  );
}

/** The shortest name of each: `bert-jan` of an ARN. */
const actorsOf = (events: EvidenceEvent[]): string[] => [
  ...new Set(events.flatMap(({ actors }) => actors.find((name) => !name.startsWith('arn:')) ?? actors[0] ?? [])),
];
