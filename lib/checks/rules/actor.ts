import { citationsIn, findCitations } from '../blocks';
import { citeFix } from '../cite';
import { claimsOf, placeOf, plainText } from '../claims';
import { clausesOf } from '../clauses';
import type { CheckContext } from '../context';
import { deedsIn } from '../deeds';
import type { EvidenceEvent } from '../events';
import { squash } from '../evidence-index';
import { type Finding, finding } from '../messages';
import {
  ACTOR_COLUMN,
  actedIn,
  cellUnder,
  eventsAbout,
  GENERIC_ACTOR,
  involves,
  isDeniedAt,
  isTimelineRow,
  type Statement,
  statementsOf,
} from '../statements';
import { saysTime } from '../times';

/** Who acted: a timeline row's actor, or the one a sentence names beside an event, is the one of the evidence for that event. */
export function checkActors(context: CheckContext): Finding[] {
  return statementsOf(context).statements.flatMap((statement) => {
    if (isTimelineRow(statement)) {
      const cell = cellUnder(statement.block, ACTOR_COLUMN);
      const said = cell ? within(statement.actors, cell) : statement.actors;
      return compare(statement, said.length > 0 ? said : otherIn(cell), cell ? hasPart : involves, 'error');
    }
    if (COMPARED.test(statement.text) || REPORTED.test(statement.text)) return [];
    // What one clause denies says nothing against another.
    if (statement.denies) return checkSubject(statement).slice(0, 1);
    const swapped = [...checkSubject(statement), ...checkPair(statement), ...checkUnseen(context, statement)];
    if (swapped.length > 0) return swapped.slice(0, 1);
    return clausesOf(statement).flatMap((clause) => {
      const part = {
        ...statement,
        actors: within(statement.actors, clause),
        actions: within(statement.actions, clause),
        times: within(statement.times, clause),
      };
      if (part.actors.length === 0 || (part.actions.length === 0 && part.times.length === 0)) return [];
      // Who is named beside a time may own what was acted on: `a key of x was made at 23:06:00Z` (docs/decisions/224).
      const isOwner = part.actors.some(({ start }) =>
        OWNER.test(statement.block.text.slice(Math.max(0, start - 12), start)),
      );
      return isInvolved(part) || isOwner
        ? []
        : compare(part, part.actors, involves, isSubject(part) ? 'error' : 'warning');
    });
  });
}

/** `h.price entered a code at 10:14:00Z`, `was issued by h.price`: said to have acted, and not only named beside a time. */
const isSubject = ({ block, actors: [named] }: Statement): boolean =>
  named !== undefined &&
  (/\bby\s+[`*_]*$/i.test(block.text.slice(Math.max(0, named.start - 8), named.start)) ||
    /^[`*_]*\s+(?:then\s+|also\s+)?(?!has|had|was|were)\p{Ll}+(?:ed|ew|ote|ade|ent|an|id)\b/u.test(
      block.text.slice(named.end, named.end + 40),
    ));

const OWNER = /\b(?:of|for|on|to)\s+[`*_]*$/i;

const within = <T extends { start: number; end: number }>(items: T[], span: { start: number; end: number }): T[] =>
  items.filter(({ start, end }) => start >= span.start && end <= span.end);

/** A name in a cell that is nobody's who acts in the case: the account's own user, or somebody who was acted on. */
function otherIn(cell: { text: string; start: number } | null): Statement['actors'] {
  const text = cell?.text.trim() ?? '';
  const name = plainText(text).text.replace(/[*_`]/g, '').toLowerCase();
  const isRoot = /^(?:the )?root(?: user| account)?$/.test(name);
  if (!cell || (!isRoot && (name.length < 4 || /\s/.test(name) || GENERIC_ACTOR.test(name) || !/[\d._@-]/.test(name))))
    return [];
  const start = cell.start + cell.text.indexOf(text);
  return [{ name: isRoot ? 'root' : name, start, end: start + text.length }];
}

/** Whether an event has a name, or a part of one that is written in parts (`ci/runner`), as who acted. */
const hasPart = (event: EvidenceEvent, name: string): boolean =>
  actedIn(event, name) ||
  name
    .replace(/@.*$/, '')
    .split(/[\\/:]/)
    .some((part) => part.length > 3 && actedIn(event, part));

function compare(
  statement: Statement,
  said: Statement['actors'],
  took: (event: EvidenceEvent, name: string) => boolean,
  severity: 'error' | 'warning',
): Finding[] {
  const [named] = said;
  if (!named) return [];
  const about = eventsAbout(statement);
  const known = about.filter(({ actors }) => actors.length > 0);
  const [event] = known;
  if (!event || about.some((one) => said.some(({ name }) => took(one, name)))) return [];
  if (known.some((one) => one.actors.some((actor) => said.some(({ name }) => isSameName(actor, name))))) return [];
  const data = { said: named.name, actual: actorsOf(known), record: event.record.call.number };
  return [finding('actor', severity, placeOf(statement.block, named), 'actor-differs', data)];
}

/** `secrets-rotation` of `secrets-rotation-lambda`: a query's pattern, a session or a function's role has the beginning of a name. */
const isSameName = (a: string, b: string): boolean => {
  const [short = '', long = ''] = [a, b].sort((one, other) => one.length - other.length);
  return short.length > 4 && long.startsWith(short) && /^[-_.@/:$]/.test(long.slice(short.length));
};

/** `tom created svc-backup`, `was created by tom`: who did it, of the events that have the name or the time that the sentence has. */
function checkSubject(statement: Statement): Finding[] {
  const { block, text, start, actors, times, events } = statement;
  return deedsIn(text).flatMap((deed) => {
    const word = text.slice(deed.start, deed.end);
    if (!/(?:ed|read|in|on)$/i.test(word) || isDeniedAt(statement, start + deed.start)) return [];
    const [from, to] = [start + deed.start, start + deed.end];
    const subject =
      actors.find((one) => one.start >= to && BY.test(block.text.slice(to, one.start))) ??
      actors.find((one) => one.end <= from && SUBJECT_BEFORE.test(block.text.slice(one.end, from))) ??
      // Of a participle behind a comma (`helpdesk, created just before`) the name is what it was done to.
      (/^(?:signed|logged)\b/i.test(word)
        ? actors.find((one) => one.end <= from && /^[`*_]*,\s+$/.test(block.text.slice(one.end, from)))
        : undefined);
    if (!subject) return [];
    // `lena and tom downloaded`: each of them did.
    const subjects = [subject, ...actors.filter((one) => isListedWith(block.text, one, subject))];
    const others = actors.filter((one) => !subjects.some(({ name }) => name === one.name));
    const done = events.filter((event) => event.actions.some((action) => deed.names.test(action)));
    const about = done.filter(
      (event) =>
        (others.length > 0 && others.every(({ name }) => event.row.text.includes(squash(name)))) ||
        times.some(({ time }) => time && event.times.some((at) => saysTime(time, at))),
    );
    // Nothing says which of them: then whoever did none of them, by what is cited next to the word.
    const all = about.length > 0 ? about : isWhole(done) ? nextTo(statement, to, done) : [];
    const [event] = all;
    if (!event || all.some((one) => one.actors.length === 0 || subjects.some(({ name }) => actedIn(one, name))))
      return [];
    if (about.length === 0 && all.some((one) => involves(one, subject.name))) return [];
    if (all.some((one) => one.actors.some((actor) => isSameName(actor, subject.name)))) return [];
    const data = { said: subject.name, actual: actorsOf(all).slice(0, 3), record: event.record.call.number };
    return [finding('actor', 'error', placeOf(block, subject), 'actor-differs', data)];
  });
}

/** Whether a name stands before another in a list: `lena, eve and tom`. */
const isListedWith = (text: string, one: { start: number; end: number }, last: { start: number }): boolean =>
  one.end <= last.start &&
  last.start - one.end < 200 &&
  /^[`*_]*(?:[^.;:()]*)(?:,|\band)\s+[`*_]*$/.test(text.slice(one.end, last.start));

const isWhole = (events: EvidenceEvent[]): boolean => events.length > 0 && events.every(({ record }) => record.isWhole);

/** Of some events those of the records that the sentence cites next after a place. */
function nextTo({ block, end }: Statement, at: number, events: EvidenceEvent[]): EvidenceEvent[] {
  const [next] = findCitations(block.text.slice(at, end));
  const group = next ? citationsIn(block.text.slice(at, end).slice(0, next.end + 12)) : [];
  return next ? events.filter(({ record }) => group.includes(record.call.number)) : events;
}

/** `farid granted it`, of records in which one other person does everything. */
function checkStranger(
  block: Statement['block'],
  subject: Statement['actors'][number],
  events: EvidenceEvent[],
): Finding[] {
  const [event] = events;
  const actual = actorsOf(events);
  const isVerb = /^[`*_]*\s+(?:then\s+|also\s+|later\s+)?\p{Ll}+(?:ed|ew|ote|ade|ent|an|id)\b/u.test(
    block.text.slice(subject.end, subject.end + 40),
  );
  if (!event || !isVerb || actual.length !== 1 || events.some(({ actors }) => actors.length === 0)) return [];
  const data = { said: subject.name, actual, record: event.record.call.number };
  return [finding('actor', 'error', placeOf(block, subject), 'actor-differs', data)];
}

/** `The alert says that root did it`: what somebody says need not be what the log has. */
export const REPORTED =
  /\b(?:alert|rule|signature|detection|title|ticket|owner|caller|user|he|she|they)\s+(?:says|said|claims|claimed|names|named|suggests|suggested|blames|reports|reported)\b/i;

/** Two people of one sentence that did different things. */
const COMPARED =
  /\b(?:as (?:often|many|much|few)|than|like|unlike|same as|compared|whereas|while|instead of|rather than|just as)\b/i;

/** `birgit shared with oskar82@…`, where each cited row of that mailbox has another actor, and birgit has rows of her own. */
function checkPair({ block, start, end, text, actors, events, actions }: Statement): Finding[] {
  const [subject, ...others] = actors;
  if (!subject || others.length > 0 || actions.length > 0 || block.kind === 'row') return [];
  if (!/^\W*(?:the (?:user|role|account)\s+)?$/i.test(block.text.slice(start, subject.start)) || text.includes(', '))
    return [];
  const keys = claimsOf(block)
    .filter(
      ({ kind, ...claim }) => (kind === 'indicator' || kind === 'id') && claim.start >= subject.end && claim.end <= end,
    )
    .map(({ value }) => squash(value))
    .filter((key) => key.length > 5 && !key.includes(squash(subject.name)));
  if (!events.some((event) => involves(event, subject.name))) return checkStranger(block, subject, events);
  const [key] = keys;
  const about = keys.length === 1 && key ? events.filter(({ row }) => row.text.includes(key)) : [];
  const [event] = about;
  if (!event || about.some((one) => one.actors.length === 0 || involves(one, subject.name))) return [];
  if (!events.some((one) => one.actors.includes(subject.name))) return [];
  const data = { said: subject.name, actual: actorsOf(about), record: event.record.call.number };
  return [finding('actor', 'error', placeOf(block, subject), 'actor-differs', data)];
}

/** `Owen Davies was tried four times [E7]`, of records that have others only: who begins a sentence is in what it cites. */
function checkUnseen({ all, known }: CheckContext, { block, start, end, text, actors, events }: Statement): Finding[] {
  const [subject] = actors;
  if (!subject || block.kind === 'row' || known.has(subject.name)) return [];
  if (!/^\W*(?:the (?:user|role|account)\s+)?$/i.test(block.text.slice(start, subject.start))) return [];
  const isVerb = /^[`*_]*\s+(?:was|were|had|\p{Ll}+ed|signed|made|got|read|sent|ran)\b/u;
  if (!isVerb.test(block.text.slice(subject.end, subject.end + 40))) return [];
  const isThere = events.some(
    (event) => event.actors.length === 0 || involves(event, subject.name) || event.record.has(subject.name),
  );
  const holder = isThere ? undefined : all.find((record) => record.hasName(subject.name) || record.has(subject.name));
  if (!holder) return [];
  const record = holder.call.number;
  const data = { value: block.text.slice(subject.start, subject.end), cited: citationsIn(text), record };
  const edit = citeFix(block, { start: subject.start, end: Math.min(end, subject.end) }, record);
  return [finding('evidence', 'warning', placeOf(block, subject), 'value-elsewhere', data, edit)];
}

const BY = /^[^.;:()]{0,60}\bby\s+(?:the (?:user|role|account)\s+)?[`*_]*$/i;
const SUBJECT_BEFORE = /^[`*_]*\s+(?:(?:then|also|first|later|itself|successfully|has|had)\s+)?$/i;

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
