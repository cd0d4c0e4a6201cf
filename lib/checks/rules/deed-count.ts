import { nounsAfter } from '../claim-context';
import { type Claim, claimsOf, isPortLike, placeOf } from '../claims';
import type { CheckContext } from '../context';
import { countOf, type EvidenceEvent, eventsOf } from '../events';
import { numberOf } from '../evidence-index';
import { mentionIn } from '../mentions';
import { type Finding, finding } from '../messages';
import { outcomeAbout } from '../outcome-words';
import { isDeniedAt, type Statement, statementsOf } from '../statements';
import { DAY } from '../times';
import { deedsTold, eventsTold, isTold, type ToldDeed } from '../told-deeds';

/** Rows of a deed that are looked at; of more any number may be meant. */
const MAX_ROWS = 40;
const HOUR = 3_600_000;
/** Between a number and the deed that it counts: `nine attempts to attach`, `seven refused sign-ins`. */
const BEFORE_DEED =
  /^\s+(?:(?:failed|refused|denied|further|more|different|separate|successful)\s+){0,2}(?:(?:attempts?|tries|calls?|times|requests?)\s+(?:to|at|of)\s+)?$/i;
const PART = /\b(?:of(?: (?:the|all|these|those))?|other|another|first|last|next|than)\s+[*_]*$/i;
/** What the text has counted before. */
const DEFINITE = /\b(?:the|these|those|both|all|its|his|her|their)\s+[*_]*$/i;
const OTHERS =
  /^\s+(?:others?\b|other\s+(?:people|persons?|users?|accounts?|identit(?:y|ies)|colleagues|actors?|principals?)\b)/i;

/** How often a deed was done that a sentence tells in its own words, and by how many others. */
export function checkDeedCounts(context: CheckContext): Finding[] {
  return statementsOf(context).statements.flatMap((statement) => {
    const { block, start, end, denies, text } = statement;
    if (block.kind === 'row' || denies || /\b(?:each|per|every|apiece|average)\b/i.test(text)) return [];
    const deeds = deedsTold(text);
    const numbers = claimsOf(block).filter(
      ({ number = 0, measure, decimals, nearness, ...at }) =>
        number > 1 && !measure && !decimals && !nearness && at.start >= start && at.end <= end,
    );
    return numbers.flatMap((claim) => {
      if (isPortLike(block, claim)) return [];
      if (OTHERS.test(block.text.slice(claim.end, claim.end + 24))) return checkOthers(statement, claim);
      const deed = deeds.find((one) => isCounted(statement, one, claim));
      return deed ? checkCount(context, statement, deed, claim) : checkMentioned(context, statement, claim);
    });
  });
}

function isCounted({ block, start }: Statement, deed: ToldDeed, claim: Claim): boolean {
  const [from, to] = [start + deed.start, start + deed.end];
  if (claim.start >= from && claim.end <= to) return true;
  return claim.end <= from && BEFORE_DEED.test(block.text.slice(claim.end, from));
}

function checkCount(context: CheckContext, statement: Statement, deed: ToldDeed, claim: Claim): Finding[] {
  const { block, start } = statement;
  // `of the nine sign-ins`, `the other four`: a part of what is counted elsewhere.
  if (PART.test(block.text.slice(Math.max(0, claim.start - 20), claim.start))) return [];
  if (isDeniedAt(statement, start + deed.verb.start)) return [];
  // `421 reads and deletions` are both together.
  if (
    /^[`*_]*\s*(?:,|and|or|plus)\s+(?:of )?\p{L}+(?:s|ings?|ions?)\b/u.test(
      block.text.slice(start + deed.end, start + deed.end + 30),
    )
  )
    return [];
  const cited = statement.events.filter((event) => isTold(event, deed));
  const rows = nearTimes(statement, cited);
  const records = new Set(rows.map(({ record }) => record));
  const [row] = rows;
  // Rows that count something under another name: nothing is sure.
  if (rows.some((event) => countOf(event) === null)) return [];
  if (!row || rows.length > MAX_ROWS || [...records].some(({ isWhole }) => !isWhole)) return [];
  const number = claim.number ?? 0;
  const { also } = eventsTold(context, deed);
  const others = statement.events.filter((event) => also.includes(event));
  if (numbersOf(rows).has(number) || numbersOf([...rows, ...others].slice(0, 2 * MAX_ROWS)).has(number)) return [];
  const outcome = outcomeAbout(statement.text);
  const meant = rows.filter(
    (event) => event.record === row.record && (outcome === null || outcome === 'both' || event.outcome === outcome),
  );
  const actual = (meant.length > 0 ? meant : rows).reduce((sum, event) => sum + (countOf(event) ?? 1), 0);
  const data = { said: claim.value, action: `of ${row.actions[0] ?? ''}`, actual, record: row.record.call.number };
  return [finding('evidence', 'warning', placeOf(block, claim), 'count-differs', data)];
}

/** `eighteen push requests`: of what the words after the number call, no cited row says so many. */
function checkMentioned(context: CheckContext, { block, events }: Statement, claim: Claim): Finding[] {
  const before = block.text.slice(Math.max(0, claim.start - 20), claim.start);
  if (PART.test(before) || DEFINITE.test(before)) return [];
  const nouns = nounsAfter(block, claim);
  const mention = nouns.length > 0 ? mentionIn(context, nouns.join(' ')) : null;
  if (!mention || mention.end) return [];
  const cited = new Set(events);
  const rows = mention.said.filter((event) => cited.has(event));
  const [row] = rows;
  if (!row || rows.length > MAX_ROWS || rows.some(({ record }) => !record.isWhole)) return [];
  if (rows.some((event) => countOf(event) === null)) return [];
  const number = claim.number ?? 0;
  const around = mention.also.filter((event) => cited.has(event)).slice(0, 2 * MAX_ROWS);
  const records = [...new Set(rows.map(({ record }) => record))];
  const whole = records.flatMap((record) => eventsOf(record)).slice(0, 4 * MAX_ROWS);
  if ([rows, [...rows, ...around], whole].some((some) => numbersOf(some).has(number))) return [];
  const actual = rows
    .filter(({ record }) => record === row.record)
    .reduce((sum, event) => sum + (countOf(event) ?? 1), 0);
  if (numbersOf(mention.also.slice(0, 4 * MAX_ROWS)).has(number)) return [];
  const data = { said: claim.value, action: nouns.join(' '), actual, record: row.record.call.number };
  return [finding('evidence', 'warning', placeOf(block, claim), 'count-differs', data)];
}

/** Rows within the hour of a time that the sentence has, where there are any. */
function nearTimes({ times }: Statement, events: EvidenceEvent[]): EvidenceEvent[] {
  const clocks = times.flatMap(({ time }) => (time ? [time.from % DAY] : []));
  if (clocks.length === 0) return events;
  const near = events.filter((event) => {
    const length = (event.times.at(-1) ?? 0) - (event.times[0] ?? 0);
    return length < HOUR && event.times.some((at) => clocks.some((clock) => Math.abs((at % DAY) - clock) <= HOUR));
  });
  return near.length > 0 ? near : events;
}

/** Numbers that rows have, and what they add up to: all of a record, and those of each value of a column. */
function numbersOf(events: EvidenceEvent[]): Set<number> {
  const found = new Set<number>([events.length]);
  const groups = new Map<string, EvidenceEvent[]>();
  for (const event of events) {
    const record = event.record.call.number;
    for (const cell of [...event.row.cells.map(numberOf), ...event.row.inside]) if (cell !== null) found.add(cell);
    const keys = event.row.cells.flatMap((cell, at) =>
      typeof cell === 'string' ? [`${record} ${at} ${/^\d{4}-\d\d-\d\dT/.test(cell) ? cell.slice(0, 10) : cell}`] : [],
    );
    for (const key of [`${record}`, ...keys]) groups.set(key, [...(groups.get(key) ?? []), event]);
  }
  for (const group of groups.values()) {
    found.add(group.length);
    found.add(group.reduce((sum, event) => sum + (countOf(event) ?? 1), 0));
  }
  const counts = events.slice(0, 12).map((event) => countOf(event) ?? 1);
  for (const [at, a] of counts.entries()) for (const b of counts.slice(at + 1)) found.add(a + b);
  return found;
}

/** `by six other identities`, of a record that counts one other for what the sentence tells. */
function checkOthers(statement: Statement, claim: Claim): Finding[] {
  const told = deedsTold(statement.text);
  const rows = statement.events.filter(({ columns }) => columns.some((name) => /^others?$/i.test(name)));
  const meant = rows.filter((event) => told.some((deed) => isTold(event, deed)));
  const about = meant.length > 0 ? meant : rows.length === 1 ? rows : [];
  const [row] = about;
  const counts = about.flatMap(
    ({ row: { cells }, columns }) => numberOf(cells[columns.findIndex((name) => /^others?$/i.test(name))]) ?? [],
  );
  if (!row || counts.includes(claim.number ?? 0)) return [];
  const data = { said: claim.value, action: 'others', actual: counts[0] ?? 0, record: row.record.call.number };
  return [finding('evidence', 'warning', placeOf(statement.block, claim), 'count-differs', data)];
}
