import { asksSource } from '../../evidence/source-calls';
import { claimsOf, placeOf } from '../claims';
import type { CheckContext } from '../context';
import { type EvidenceEvent, eventsOf } from '../events';
import { squash } from '../evidence-index';
import { IPV4 } from '../indicators';
import { type Finding, finding } from '../messages';
import { involves, statementsOf } from '../statements';
import { DAY, type SaidTime, saysTime } from '../times';
import { type Clause, clausesIn } from '../told-clauses';
import { isExact } from '../told-deeds';
import { saidIn } from './clause-outcome';

/** What sets the time of a clause apart from what the clause tells. */
const BESIDE =
  /\b(?:before|after|since|until|between|than|unlike|while|whereas|instead|not|never|no|nobody|nothing|none|without|last|first seen|also|alert|raised|reached)\b/i;
/** `most were refused`: it ended in more than one way. */
const MIXED = /\b(?:some|most|several|half|part|except|but|other|others)\b/i;

/**
 * What stands at a second: who acts in a clause that names one, and how it ended, against every event that the case has at that
 * second, cited or not. A warning where each of them is somebody else's, or ended the other way.
 */
export function checkSeconds(context: CheckContext): Finding[] {
  const { statements, uncited } = statementsOf(context);
  return [...statements, ...uncited].flatMap((statement) => {
    if (statement.block.kind === 'row') return [];
    return clausesIn(statement)
      .flatMap((clause) => checkClause(context, clause, statement.events))
      .slice(0, 1);
  });
}

function checkClause(context: CheckContext, clause: Clause, cited: EvidenceEvent[]): Finding[] {
  const { block, text, start, times } = clause;
  const [said, more] = times;
  if (!said?.time || more || said.time.or || said.time.to - said.time.from > 1000 || BESIDE.test(text)) return [];
  if (!/\b(?:at|on)\s+[`*_]*$/i.test(block.text.slice(Math.max(0, start - 4, said.start - 8), said.start))) return [];
  const rows = eventsAt(context, said.time);
  // What is cited and has the second is told by the rules of cited rows.
  const isCited = cited.some((event) => rows.includes(event));
  return [...checkWho(clause, rows), ...(isCited ? [] : checkEnd(clause, rows))].slice(0, 1);
}

const secondsRead = new WeakMap<CheckContext, Map<number, EvidenceEvent[]>>();
const secondOf = (time: number): number => Math.floor((((time % DAY) + DAY) % DAY) / 1000);

/** Single events of the case's logs at a time. */
function eventsAt(context: CheckContext, time: SaidTime): EvidenceEvent[] {
  const known = secondsRead.get(context) ?? bySecond(context);
  secondsRead.set(context, known);
  return (known.get(secondOf(time.from)) ?? []).filter((event) => event.times.some((at) => saysTime(time, at)));
}

function bySecond({ all }: CheckContext): Map<number, EvidenceEvent[]> {
  const found = new Map<number, EvidenceEvent[]>();
  for (const record of all) {
    if (!asksSource(record.call.tool) || record.call.status !== 'ok') continue;
    for (const event of eventsOf(record)) {
      const [first] = event.times;
      if (first === undefined || !isExact(event)) continue;
      const list = found.get(secondOf(first));
      if (list) list.push(event);
      else found.set(secondOf(first), [event]);
    }
  }
  return found;
}

/** Nothing but a time stands before who begins a clause. */
const BEGINS =
  /^[\s,;:()*_–—-]*(?:(?:and|but|then|the one that \p{L}+ (?:was|is))\s+)?(?:(?:on|at) [\d:.ZT -]+(?:on \d+ \p{L}+)?,?\s*)?(?:the (?:user|account|role|identity)\s+)?[`*_]*$/iu;

/** A name within another: `contoso` of `ws-207.contoso.example`. */
const isPartOf = ({ text }: Clause['block'], { start, end }: { start: number; end: number }): boolean =>
  /[.\]@\\]$/.test(text.slice(Math.max(0, start - 1), start)) || /^(?:\[?\.\]?\w|@|\\)/.test(text.slice(end, end + 4));

/** Who begins the clause is in no row of its second, and each of those is somebody's. */
function checkWho(clause: Clause, rows: EvidenceEvent[]): Finding[] {
  const { block, subject, start, end } = clause;
  const addresses = claimsOf(block).filter(
    ({ value, ...at }) =>
      IPV4.test(value) &&
      at.start >= start &&
      at.end <= end &&
      /\bfrom\s+(?:the (?:address|ip)\s+)?[`*_]*$/i.test(block.text.slice(Math.max(start, at.start - 24), at.start)),
  );
  const people =
    subject.by === 'name' || subject.by === 'agent' ? subject.names.filter((one) => !isPartOf(block, one)) : [];
  // A row that names nobody says nothing against anybody, but for whom it has somewhere.
  const known = rows.filter(({ actors }) => actors.length > 0);
  const [row] = known;
  if (!row) return [];
  for (const { name, ...at } of people.slice(0, 1)) {
    const ahead = block.text.slice(start, at.start);
    if (subject.by === 'name' && !BEGINS.test(ahead)) continue;
    if (people.length > 1 || rows.some((event) => involves(event, name))) continue;
    const actual = [...new Set(known.flatMap(({ actors }) => actors.find((one) => !one.startsWith('arn:')) ?? []))];
    const data = {
      said: block.text.slice(at.start, at.end),
      actual: actual.slice(0, 3),
      record: row.record.call.number,
    };
    return [finding('actor', 'warning', placeOf(block, at), 'actor-differs', data)];
  }
  for (const address of addresses.slice(0, 1)) {
    const having = rows.map((event) => event.row.cells.filter((cell) => typeof cell === 'string' && IPV4.test(cell)));
    if (
      having.some((cells) => cells.length === 0) ||
      rows.some((event) => event.row.text.includes(squash(address.value)))
    )
      continue;
    if (rows.some((event) => event.record.asks(address.value))) continue;
    const data = {
      said: address.value,
      actual: [...new Set(having.flat() as string[])].slice(0, 3),
      record: row.record.call.number,
    };
    return [finding('actor', 'warning', placeOf(block, address), 'address-differs', data)];
  }
  return [];
}

/** How a clause says that it ended, of the rows of its second that have whom it names. */
function checkEnd(clause: Clause, rows: EvidenceEvent[]): Finding[] {
  const said = saidIn(clause);
  const [name] = clause.subject.names;
  if (!said || MIXED.test(clause.text)) return [];
  const own = name ? rows.filter((event) => involves(event, name.name)) : rows;
  const [row] = own;
  if (!row || own.some(({ outcome }) => outcome === null || outcome === 'mixed' || outcome === said.outcome)) return [];
  const data = {
    said: said.word,
    actual: said.outcome === 'success' ? 'a failure' : 'a success',
    record: row.record.call.number,
  };
  return [finding('outcome', 'warning', placeOf(clause.block, said), 'outcome-differs', data)];
}
