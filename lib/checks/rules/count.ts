import { type Claim, claimsOf, placeOf } from '../claims';
import type { CheckContext } from '../context';
import { countOf, type EvidenceEvent, eventsOf } from '../events';
import { numberOf } from '../evidence-index';
import { type Finding, finding } from '../messages';
import { involves, type Statement, statementsOf } from '../statements';

/** Rows whose counts are added up in every way; of more rows any number up to their total is taken. */
const MAX_ADDED = 24;
const MAX_SUMS = 4000;

/** Between a number and the action that it counts: `nine refused StopLogging`, `2× StopLogging`, `two of the StopLogging`. */
const BEFORE_ACTION =
  /^\s*[×x]?\s*(?:of (?:the|its|his|her|these|those)\s+)?(?:(?:more|other|further|failed|refused|denied|successful|rejected|blocked|separate|single|such|identical|unsuccessful|attempted|granted)\s+){0,2}[`*_"]*$/i;
/** Between an action and how often it was called: `StopLogging was tried`, `StopLogging calls were made`, `StopLogging`. */
const AFTER_ACTION =
  /^[`*_"]*(?:\s+(?:calls?|requests?|attempts?|events?))?(?:\s+(?:was|were|is|are|has been|had been))?(?:\s+(?:called|tried|attempted|run|made|sent|seen|used|refused|denied|invoked|issued|logged|recorded))?(?:\s+(?:exactly|only|at least|at most|no more than|more than|fewer than|up to|about|some))?\s*$/i;

/** `2 RunInstances in each run`: a total and how many runs there were say so together. */
const SHARED_OUT = /\b(?:each|every|per|apiece|average|averaged?|daily|a (?:day|run|minute|second|hour))\b/i;

/** How often an action was called: a number beside its name is one that its rows can add up to. */
export function checkCounts(context: CheckContext): Finding[] {
  return statementsOf(context).statements.flatMap((statement) => {
    if (statement.denies || statement.actions.length === 0 || SHARED_OUT.test(statement.text)) return [];
    return claimsOf(statement.block).flatMap((claim) => {
      const { start, end, number, measure, decimals } = claim;
      if (number === undefined || measure || decimals || start < statement.start || end > statement.end) return [];
      const action = actionBeside(statement, claim);
      const record = action && holderOf(statement, action);
      if (!action || !record) return [];
      const rows = eventsOf(record).filter(({ actions }) => actions.includes(action.name));
      const total = totalOf(rows);
      if (total === null || fits(claim, rows, total, statement) || isElsewhere(context, claim, action.name)) return [];
      const name = statement.block.text.slice(action.start, action.end);
      const data = { said: claim.value, action: name, actual: total, record: record.call.number };
      return [finding('evidence', 'error', placeOf(statement.block, claim), 'count-differs', data)];
    });
  });
}

function actionBeside({ actions, block: { text } }: Statement, { start, end, value }: Claim) {
  const after = actions.find((action) => action.start >= end && BEFORE_ACTION.test(text.slice(end, action.start)));
  if (after) return after;
  const isTimes = /^(?:twice|thrice)$/i.test(value) || /^\s*(?:times|×)/.test(text.slice(end, end + 8));
  return isTimes
    ? actions.findLast((action) => action.end <= start && AFTER_ACTION.test(text.slice(action.end, start)))
    : undefined;
}

/** The one record that the statement cites and that has the action, whole. Of several any sum may be meant. */
function holderOf({ events }: Statement, { name }: { name: string }) {
  const holders = new Set(events.filter(({ actions }) => actions.includes(name)).map(({ record }) => record));
  const [record] = holders;
  return holders.size === 1 && record && !record.call.truncated && !record.call.cut ? record : null;
}

function totalOf(rows: EvidenceEvent[]): number | null {
  let total = 0;
  for (const row of rows) {
    const count = countOf(row);
    if (count === null) return null;
    total += count;
  }
  return total;
}

function fits({ number = 0, nearness }: Claim, rows: EvidenceEvent[], total: number, statement: Statement): boolean {
  if (nearness === 'least') return number <= total;
  if (nearness === 'over') return number < total;
  if (nearness === 'under' || nearness === 'most') {
    const own = totalOf(rows.filter((row) => statement.actors.every(({ name }) => involves(row, name)))) ?? 0;
    return (own > 0 ? own : total) < number + (nearness === 'most' ? 1 : 0);
  }
  const sums = sumsOf(rows.map((row) => countOf(row) ?? 0));
  const cells = rows.flatMap(({ row }) => [...row.cells.map(numberOf), ...row.inside]);
  const isOne = (found: number) =>
    nearness === 'roughly'
      ? Math.abs(found - number) <= 0.25 * number
      : nearness
        ? Math.abs(found - number) <= 0.1 * number
        : found === number;
  return (
    (sums === null ? number <= total : [...sums].some(isOne)) || cells.some((cell) => cell !== null && isOne(cell))
  );
}

/** Every sum of some of the counts; null when there are too many to tell. */
function sumsOf(counts: number[]): Set<number> | null {
  if (counts.length > MAX_ADDED) return null;
  const sums = new Set<number>([0]);
  for (const count of counts) {
    for (const sum of [...sums]) sums.add(sum + count);
    if (sums.size > MAX_SUMS) return null;
  }
  return sums;
}

/** Another record may count what the sentence is about. */
const isElsewhere = ({ all }: CheckContext, claim: Claim, action: string): boolean =>
  all.some((record) => {
    const rows = eventsOf(record).filter(({ actions }) => actions.includes(action));
    return rows.some(({ row }) => row.cells.some((cell) => numberOf(cell) === claim.number));
  });
