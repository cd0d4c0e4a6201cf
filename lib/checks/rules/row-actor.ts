import { asksSource } from '../../evidence/source-calls';
import { placeOf } from '../claims';
import type { CheckContext } from '../context';
import { type EvidenceEvent, eventsOf } from '../events';
import { type Finding, finding } from '../messages';
import { ACTOR_COLUMN, actedIn, cellUnder, isTimelineRow, statementsOf } from '../statements';
import { saysTime } from '../times';
import { isExact } from '../told-deeds';

/**
 * Who acted in a timeline row whose cited records name nobody: the events of that second in the other records of the case. An
 * error where they are of one record's same action and have somebody else.
 */
export function checkRowActors(context: CheckContext): Finding[] {
  return statementsOf(context).statements.flatMap((statement) => {
    const cell = isTimelineRow(statement) ? cellUnder(statement.block, ACTOR_COLUMN) : null;
    const said = statement.actors.find(({ start, end }) => cell && start >= cell.start && end <= cell.end);
    const [first, last] = statement.times.flatMap(({ time }) => (time ? [time] : []));
    if (!said || !first || last || first.to - first.from > 1000) return [];
    const isThen = (event: EvidenceEvent) => event.times.some((at) => saysTime(first, at));
    const own = statement.events.filter(isThen);
    if (own.length === 0 || own.some(({ actors }) => actors.length > 0)) return [];
    const then = context.all.flatMap((record) =>
      asksSource(record.call.tool) ? eventsOf(record).filter((event) => isExact(event) && isThen(event)) : [],
    );
    const asked = askedOf(own, statementsOf(context).vocabulary.actors);
    if (asked.length === 1 && asked[0] !== said.name && !own.some(({ record }) => record.asks(said.name))) {
      const data = { said: said.name, actual: asked, record: own[0]?.record.call.number ?? 0 };
      return [finding('actor', 'warning', placeOf(statement.block, said), 'actor-differs', data)];
    }
    const known = then.filter(({ actors }) => actors.length > 0);
    const [event] = known;
    if (!event || then.some((one) => one.actors.length > 0 && actedIn(one, said.name))) return [];
    if (own.some(({ record, row }) => record.asks(said.name) || row.text.includes(said.name))) return [];
    const actual = [...new Set(known.map(({ actors }) => actors.find((name) => !name.startsWith('arn:')) ?? ''))];
    const data = { said: said.name, actual: actual.slice(0, 3), record: event.record.call.number };
    return [finding('actor', 'error', placeOf(statement.block, said), 'actor-differs', data)];
  });
}

/** Those whose rows the records of some events were asked for, where each was asked for the same. */
function askedOf(events: EvidenceEvent[], actors: ReadonlySet<string>): string[] {
  const lists = events.map(({ record }) => [...actors].filter((name) => name.length > 4 && record.asks(name)));
  const [first = []] = lists;
  const same = first.filter((name) => lists.every((list) => list.includes(name)));
  // `gha-deploy` of an ARN that ends with it is one name.
  return same.filter((name) => !same.some((other) => other !== name && other.includes(name))).map((name) => name);
}
