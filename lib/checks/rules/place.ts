import { type Claim, claimsOf, placeOf } from '../claims';
import { clausesOf } from '../clauses';
import type { CheckContext } from '../context';
import type { EvidenceEvent } from '../events';
import { squash } from '../evidence-index';
import { IPV4 } from '../indicators';
import { type Finding, finding } from '../messages';
import { isDeniedAt, type Statement, statementsOf } from '../statements';
import { saysTime } from '../times';

const FROM = /\b(?:from|at|by|via|behind)\s+(?:the (?:address|ip) )?[`*_]*$/i;
const GOT_IN =
  /^[`*_]*\s+(?:\p{L}+ly\s+)?(?:got in|signed in|logged in|logged on|was (?:accepted|let in|signed in)|succeeded|made it)\b/iu;

/** Where something came from: `at 13:10Z from 192.0.2.7`, where the event of that time has another address, and `192.0.2.7 got in`, where all it tried failed. */
export function checkPlaces(context: CheckContext): Finding[] {
  return statementsOf(context).statements.flatMap((statement) => {
    if (statement.block.kind === 'row') return [];
    return clausesOf(statement)
      .flatMap((clause) => [...checkMoment(context, statement, clause), ...checkEntry(statement, clause)])
      .slice(0, 1);
  });
}

type Span = { start: number; end: number };

const addressesIn = ({ block }: Statement, { start, end }: Span): Claim[] =>
  claimsOf(block).filter(({ value, ...at }) => IPV4.test(value) && at.start >= start && at.end <= end);
/** Addresses in a column of their own, or where an event that a cell holds says where it came from. */
const cellsOf = ({ row }: EvidenceEvent): string[] =>
  row.cells.flatMap((cell) =>
    typeof cell !== 'string'
      ? []
      : IPV4.test(cell)
        ? [cell]
        : [...cell.slice(0, 8000).matchAll(SOURCE)].map(([, address = '']) => address),
  );
const SOURCE =
  /"(?:source_?ip(?:_?address)?|client_?ip(?:_?address)?|ip_?address|src_?ip|caller_?ip|remote_?addr)"\s?:\s?"([\d.]{7,15})"/gi;

/** One address and one time in a clause: they stand in one row, or the rows of that time have no address. */
function checkMoment(context: CheckContext, statement: Statement, clause: Span): Finding[] {
  const { block, events } = statement;
  const [address, another] = addressesIn(statement, clause);
  const [when, more] = statement.times.filter(({ start }) => start >= clause.start && start < clause.end);
  if (!address || another || !when?.time || more || isDeniedAt(statement, address.start)) return [];
  if (!FROM.test(block.text.slice(Math.max(clause.start, address.start - 24), address.start))) return [];
  const { time } = when;
  // An event that a record holds alone has its time in its text.
  const then = events.filter(
    ({ times, record }) =>
      times.some((at) => saysTime(time, at)) || (times.length === 0 && events.length === 1 && record.hasTime(time)),
  );
  const others = [...new Set(then.flatMap(cellsOf))];
  const isKnown = context.all.some((record) => record.has(address.value));
  const [row] = then;
  if (!row || !isKnown || others.length === 0 || then.some(({ row: { text } }) => text.includes(squash(address.value))))
    return [];
  return [differs(statement, address, others, row)];
}

/** `192.0.2.7 got in`: at least one of its rows is a success. */
function checkEntry(statement: Statement, clause: Span): Finding[] {
  const { block, events } = statement;
  return addressesIn(statement, clause).flatMap((address) => {
    const after = block.text.slice(address.end, clause.end);
    if (!GOT_IN.test(after) || isDeniedAt(statement, address.start)) return [];
    const own = events.filter(({ row }) => row.text.includes(squash(address.value)));
    const [row] = own;
    if (!row || own.some(({ outcome }) => outcome !== 'failure')) return [];
    const data = { said: 'got in', actual: 'failure', record: row.record.call.number };
    return [finding('outcome', 'error', placeOf(block, address), 'outcome-differs', data)];
  });
}

const differs = ({ block }: Statement, claim: Claim, actual: string[], { record }: EvidenceEvent): Finding =>
  finding('actor', 'error', placeOf(block, claim), 'row-differs', {
    said: claim.value,
    actual: actual.slice(0, 3),
    record: record.call.number,
  });
