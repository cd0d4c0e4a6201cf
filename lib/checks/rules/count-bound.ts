import { placeOf } from '../claims';
import type { CheckContext } from '../context';
import { countOf, type EvidenceEvent } from '../events';
import { numberOf as numberIn } from '../evidence-index';
import { type Finding, finding } from '../messages';
import { amountOf, SMALL_NUMBER } from '../number-words';
import { type Statement, statementsOf } from '../statements';
import { deedsTold, isTold } from '../told-deeds';

const COUNT = `(\\d+(?:,\\d{3})*|one|${SMALL_NUMBER})`;
const NEVER_MORE = new RegExp(
  `\\b(?:never|no|not|none|nobody|hardly ever)\\b[^.;]{0,70}?\\bmore than ${COUNT}\\b`,
  'i',
);
const AT_MOST = new RegExp(
  `\\b(?:at most|a maximum of|up to) ${COUNT}\\b[^.;]{0,30}\\b(?:a|per|each|every|any) (?:day|session|night|hour)\\b`,
  'i',
);
const BETWEEN = new RegExp(`\\bbetween ${COUNT} and ${COUNT}\\b`, 'i');
const OTHERS = /\b(?:earlier|other|before|previous|prior|otherwise|rest|usual(?:ly)?|normal(?:ly)?)\b/i;

/** `never more than two a day`, `each between one and five`: limits of counts, against the counts that the cited rows have. */
export function checkCountBounds(context: CheckContext): Finding[] {
  return statementsOf(context).statements.flatMap((statement) => {
    if (statement.block.kind === 'row') return [];
    return [...checkMost(statement), ...checkBetween(statement)];
  });
}

function checkMost(statement: Statement): Finding[] {
  const { block, text, start } = statement;
  const match = NEVER_MORE.exec(text) ?? AT_MOST.exec(text);
  const word = match?.[1] ?? '';
  if (
    !match ||
    /^\s*(?:seconds?|minutes?|hours?|days?|weeks?|percent|%|[KMG]B)\b/i.test(text.slice(match.index + match[0].length))
  )
    return [];
  const most = numberOf(word);
  const [counts, record] = countsPer(statement);
  if (counts.length < 2 || record === null) return [];
  counts.sort((a, b) => b - a);
  // `on no earlier day`: all but the day that the case is about.
  const others = OTHERS.test(text) ? counts.slice(1) : counts;
  const actual = others[0] ?? 0;
  if (actual <= most) return [];
  const at = start + match.index + match[0].lastIndexOf(word);
  const data = { value: `more than ${word}`, actual: `${actual} (E${record})` };
  return [finding('bound', 'error', placeOf(block, { start: at, end: at + word.length }), 'bound-false', data)];
}

/** The counts of a cited record that has a row for each day, session or hour; of the deed that the sentence tells, if any. */
function countsPer({ events, text }: Statement): [number[], number | null] {
  const told = deedsTold(text);
  for (const record of new Set(events.map((event) => event.record))) {
    const own = events.filter((event) => event.record === record);
    if (record.call.truncated || record.call.cut || !own.every(({ columns }) => columns.some((name) => PER.test(name))))
      continue;
    // A deed is counted by rows that name it; without one the table has a single column of numbers.
    const meant =
      told.length > 0 ? own.filter((event) => told.some((deed) => isTold(event, deed))) : own.filter(hasOneCount);
    const counts = meant.flatMap((event) => countOf(event) ?? []);
    if (counts.length > 1) return [counts, record.call.number];
  }
  return [[], null];
}
const hasOneCount = ({ row }: EvidenceEvent): boolean =>
  row.cells.filter((cell) => numberIn(cell) !== null).length <= 2;
const PER = /^(?:day|date|hour|session|night|week|bucket)$/i;

/** `each with between one and five calls`: the ends are those of a column of the cited rows. */
function checkBetween(statement: Statement): Finding[] {
  const { block, text, start, events } = statement;
  const match = BETWEEN.exec(text);
  if (!match || !/\b(?:each|every|apiece|per|a (?:day|session))\b/i.test(text)) return [];
  if (/^\s*(?:seconds?|minutes?|hours?|days?|percent|%)\b/i.test(text.slice(match.index + match[0].length))) return [];
  const [low, high] = [numberOf(match[1]), numberOf(match[2])];
  const columns = [...new Set(events.map(({ record }) => record))].flatMap((record) =>
    columnsOf(events.filter((event) => event.record === record)),
  );
  if (columns.length === 0 || columns.some(({ most }) => most === high) || columns.every(({ most }) => most >= high))
    return [];
  if (events.some(({ record }) => !record.isWhole)) return [];
  const [first] = columns;
  const data = { value: match[0], actual: `${first?.least} to ${first?.most}` };
  const place = placeOf(block, { start: start + match.index, end: start + match.index + match[0].length });
  return [finding('bound', low > 0 ? 'error' : 'warning', place, 'bound-false', data)];
}

/** The least and most of each column of counts. */
function columnsOf(events: EvidenceEvent[]): { least: number; most: number }[] {
  const names = events[0]?.columns ?? [];
  return names.flatMap((name, at) => {
    if (!/^(?:n|cnt|count\w*|calls|events|total|hits|ok)$/i.test(name)) return [];
    const numbers = events.flatMap(({ row }) => numberIn(row.cells[at]) ?? []);
    return numbers.length > 1 ? [{ least: Math.min(...numbers), most: Math.max(...numbers) }] : [];
  });
}

const numberOf = (text = ''): number =>
  /^\d/.test(text) ? Number(text.replaceAll(',', '')) : text.toLowerCase() === 'one' ? 1 : amountOf(text.toLowerCase());
