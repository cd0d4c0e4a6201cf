import { type Claim, claimsOf, placeOf } from '../claims';
import type { CheckContext } from '../context';
import { type EvidenceEvent, eventsOf } from '../events';
import { numberOf, squash } from '../evidence-index';
import { IPV4 } from '../indicators';
import { type Finding, finding } from '../messages';
import { actedIn, isDeniedAt, type Statement, statementsOf } from '../statements';
import { saysTime } from '../times';
import { deedsTold, eventsTold, isExact, isTold, type ToldDeed } from '../told-deeds';

/** Between who acts and the verb: `helpdesk then`, `it`. */
const BEFORE_VERB =
  /^[`*_]*\s+(?:(?:then|also|first|later|itself|successfully|has|had|next|in turn|immediately|again|twice)\s+){0,2}$/i;
const PASSIVE = /\b(?:was|were|been|is|are|being)\s+(?:\p{L}+ly\s+)?$/iu;

/**
 * Who did it, and from where, for what a sentence tells in its own words. An error where all events of it that are cited, or else
 * of the whole case, have somebody else or another address.
 */
export function checkDoers(context: CheckContext): Finding[] {
  return statementsOf(context).statements.flatMap((statement) => {
    if (statement.block.kind === 'row') return [];
    const deeds = deedsTold(statement.text);
    return [
      ...deeds.flatMap((deed) => checkDoer(context, statement, deed)).slice(0, 1),
      ...checkAddress(context, statement, deeds),
      ...checkEverything(statement),
      ...checkGiven(context, statement, deeds),
    ];
  });
}

/** Names that a sentence has in code, or as accounts are written. */
const namesOf = ({ block, start, end }: Statement): Claim[] =>
  claimsOf(block).filter(
    ({ kind, value, ...at }) =>
      ['quote', 'id', 'indicator'].includes(kind) &&
      at.start >= start &&
      at.end <= end &&
      !/\s/.test(value) &&
      value.length > 3,
  );

function checkDoer(context: CheckContext, statement: Statement, deed: ToldDeed): Finding[] {
  const { block, start, actors } = statement;
  const [from, to] = [start + deed.verb.start, start + deed.end];
  const isPassive = PASSIVE.test(block.text.slice(Math.max(0, from - 24), from));
  const names = [...actors.map((one) => ({ ...one, value: one.name })), ...namesOf(statement)];
  const subject = isPassive
    ? names.find(
        (one) =>
          one.start >= start + deed.verb.end &&
          /^[^.;:(),]{0,50}\bby\s+(?:the (?:user|role|account)\s+)?[`*_]*$/i.test(
            block.text.slice(start + deed.verb.end, one.start),
          ),
      )
    : names.find((one) => one.end <= from && BEFORE_VERB.test(block.text.slice(one.end, from)));
  if (!subject || IPV4.test(subject.value) || isDeniedAt(statement, from) || subject.start > to + 60) return [];
  if (/\b(?:and|,|as|of)\s+[`*_]*$/i.test(block.text.slice(Math.max(start, subject.start - 8), subject.start)))
    return [];
  const cited = statement.events.filter((event) => isTold(event, deed));
  // Who does other things in what is cited may do this under a name that the lexicon doesn't have.
  if (cited.length === 0 && statement.events.some((event) => actedIn(event, subject.value.toLowerCase()))) return [];
  const about = cited.length > 0 ? cited : eventsTold(context, deed).said;
  const [event] = about;
  const name = subject.value.toLowerCase();
  const isPossible = about.some(
    (one) => one.actors.length === 0 || actedIn(one, name) || one.row.text.includes(squash(`/${name}`)),
  );
  // It acts somewhere under this name, or is known as what others acted on: a word of the text alone proves nothing.
  const isKnown = context.all.some((record) => record.hasName(name));
  if (!event || isPossible || !isKnown) return [];
  const { also } = eventsTold(context, deed);
  if (also.some((one) => actedIn(one, name) && one.actors.length > 0)) return [];
  const actual = [...new Set(about.map(({ actors: [first = ''] }) => first.split(/[/:]/).at(-1) ?? first))].slice(0, 3);
  const data = { said: subject.value, actual, record: event.record.call.number };
  return [finding('actor', 'error', placeOf(block, subject), 'actor-differs', data)];
}

/** What stands behind it is of another time. */
const OTHER_CLAUSE = /;|\b(?:while|whereas|although|but|as before|as usual)\b/i;

/** `came from 192.0.2.7`, of an event at a time, or of a deed, whose rows have other addresses only. */
function checkAddress(context: CheckContext, statement: Statement, deeds: ToldDeed[]): Finding[] {
  const { block, start, times } = statement;
  const addresses = namesOf(statement).filter(({ value }) => IPV4.test(value));
  return addresses.flatMap((address) => {
    if (
      !/\bfrom\s+(?:the (?:address|ip)\s+)?[`*_]*$/i.test(
        block.text.slice(Math.max(start, address.start - 24), address.start),
      )
    )
      return [];
    if (isDeniedAt(statement, address.start)) return [];
    const clock = times
      .filter(
        ({ time, end }) =>
          time &&
          end <= address.start &&
          address.start - end < 80 &&
          !OTHER_CLAUSE.test(block.text.slice(end, address.start)),
      )
      .at(-1)?.time;
    const deed = deeds.findLast(
      (one) => start + one.verb.start < address.start && address.start - start - one.end < 60,
    );
    if (!clock && !deed) return [];
    if (block.text.slice(start + (deed?.end ?? 0), address.start).includes(';')) return [];
    const pool = clock ? atTime(context, clock) : statement.events.filter((event) => deed && isTold(event, deed));
    const about = pool.filter((event) => addressesOf(event).length > 0);
    const [event] = about;
    if (!event || about.length < pool.length || about.some(({ row }) => row.text.includes(address.value))) return [];
    if (!clock && !about.every(({ record }) => record.isWhole)) return [];
    // Of many addresses a row shows one.
    if (
      about.some(({ columns, row }) =>
        row.cells.some((cell, at) => /address|ips?$/i.test(columns[at] ?? '') && typeof cell === 'number' && cell > 1),
      )
    )
      return [];
    const data = {
      said: address.value,
      actual: [...new Set(about.flatMap(addressesOf))].slice(0, 3),
      record: event.record.call.number,
    };
    return [finding('actor', 'warning', placeOf(block, address), 'address-differs', data)];
  });
}

const EVERYTHING =
  /\b(?:everything|every (?:step|call|action|event|one)|all (?:of (?:it|this|them)|steps|calls|actions))\b[^.;:]{0,60}\bfrom\s+[`*_]*$/i;

/** `everything was done from 192.0.2.7`, of a baseline that counts no event of the case from there. */
function checkEverything(statement: Statement): Finding[] {
  const { block, start, events } = statement;
  return namesOf(statement).flatMap((address) => {
    if (
      !IPV4.test(address.value) ||
      !EVERYTHING.test(block.text.slice(Math.max(start, address.start - 120), address.start))
    )
      return [];
    const inCase = (event: EvidenceEvent) => numberOf(event.row.cells[event.columns.indexOf('n_case')]);
    const rows = events.filter((event) => inCase(event) !== null);
    const own = rows.filter(({ row }) => row.cells.includes(address.value));
    const others = rows.filter((event) => (inCase(event) ?? 0) > 0);
    const [row] = own;
    if (!row || others.length === 0 || own.some((event) => inCase(event) !== 0)) return [];
    const actual = [...new Set(others.flatMap(addressesOf))].slice(0, 3);
    const data = { said: address.value, actual, record: row.record.call.number };
    return [finding('actor', 'warning', placeOf(block, address), 'address-differs', data)];
  });
}

/** `was made \`Help desk administrator\``: a right that a deed gave, and that no evidence has. */
function checkGiven(context: CheckContext, { block, start, end }: Statement, deeds: ToldDeed[]): Finding[] {
  if (!deeds.some(({ entries }) => entries.some(({ object }) => object === 'admin'))) return [];
  return claimsOf(block).flatMap((claim) => {
    const { kind, value, inCode } = claim;
    if (
      kind !== 'quote' ||
      !inCode ||
      claim.start < start ||
      claim.end > end ||
      !/^\p{Lu}[\p{L} -]{3,40}$/u.test(value)
    )
      return [];
    if (context.known.has(value) || context.all.some((record) => record.has(value))) return [];
    return [finding('entity', 'error', placeOf(block, claim), 'entity-unknown', { value })];
  });
}

/** Single events of the case at a time. */
const atTime = (context: CheckContext, time: Parameters<typeof saysTime>[0]): EvidenceEvent[] =>
  time.to - time.from > 1000
    ? []
    : context.all.flatMap((record) =>
        eventsOf(record).filter(
          (event) =>
            event.times.length > 0 &&
            isExact(event) &&
            event.actors.length > 0 &&
            event.times.some((at) => saysTime(time, at)),
        ),
      );

/** Addresses in the columns of a row that have them. */
function addressesOf({ row, columns }: EvidenceEvent): string[] {
  return row.cells.flatMap((cell, at) =>
    typeof cell === 'string' &&
    /(?:^|[._ ])(?:src|source|client|remote|caller)?_?ip|address/i.test(columns[at] ?? '') &&
    IPV4.test(cell)
      ? [cell]
      : [],
  );
}
