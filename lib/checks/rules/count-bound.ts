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
  `\\b(?:at most|a maximum of|up to) ${COUNT}\\b[^.;]{0,30}\\b(?:a|per|each|every|any) (?:day|session|night|hour|minute)\\b`,
  'i',
);
const BETWEEN = new RegExp(`\\bbetween ${COUNT} and ${COUNT}\\b`, 'i');
const OTHERS =
  /\b(?:but for|except|apart from|earlier|other|before|previous|prior|otherwise|rest|usual(?:ly)?|normal(?:ly)?)\b/i;

/** `never more than two a day`, `each between one and five`: limits of counts, against the counts that the cited rows have. */
export function checkCountBounds(context: CheckContext): Finding[] {
  return statementsOf(context).statements.flatMap((statement) => {
    const { kind, section } = statement.block;
    // Of tables only the one of the queries tells of limits.
    if (kind === 'row' && !/^investigation process$/i.test(section)) return [];
    return [...checkMost(statement), ...checkBetween(statement), ...checkRange(statement), ...checkEach(statement)];
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
  const noun = NOUN.exec(text.slice(match.index + match[0].indexOf(word) + word.length))?.[1] ?? '';
  const isOfOne = /^\s+\p{L}+ (?:in (?:one|a single)|at (?:once|a time)|each time)\b/iu.test(
    text.slice(match.index + match[0].length),
  );
  const [counts, record] = isOfOne ? mostOfOne(statement) : countsPer(statement, noun);
  if (counts.length < 2 || record === null) return [];
  const above = (OTHERS.test(text) ? otherThanCase(counts, most) : counts).filter(({ count }) => count > most);
  if (above.length === 0) return [];
  const actual = Math.max(...above.map(({ count }) => count));
  const at = start + match.index + match[0].lastIndexOf(word);
  const data = { value: `more than ${word}`, actual: `${actual} (E${record})` };
  return [finding('bound', 'warning', placeOf(block, { start: at, end: at + word.length }), 'bound-false', data)];
}

/** A count and the day, hour or session that it is of. */
type Counted = { count: number; of: string };

/**
 * `on no earlier day`: all but the day that the case is about, whoever else has a row for it. A case may go on over several days, so
 * days above the limit that nothing but such days follow are taken for its own.
 */
function otherThanCase(counts: Counted[], most: number): Counted[] {
  const peak = counts.reduce((a, b) => (b.count > a.count ? b : a)).of;
  const spans = [...new Set(counts.map(({ of }) => of))].sort();
  const isAbove = (of: string) => counts.some((other) => other.of === of && other.count > most);
  const quiet = spans.findLastIndex((of) => !isAbove(of));
  // Where no day keeps to the limit, all but the peak break it.
  return counts.filter(({ of }) => of !== peak && (quiet < 0 || spans.indexOf(of) < quiet));
}

/** What a number counts: `nine items`. */
const NOUN = /^\s+(\p{L}{4,})\b/u;

/**
 * The counts of a cited record that has a row for each day, session or hour: of the column that is called as what is counted, else
 * of the deed that the sentence tells, if any.
 */
function countsPer({ events, text }: Statement, noun: string): [Counted[], number | null] {
  const told = deedsTold(text);
  for (const record of new Set(events.map((event) => event.record))) {
    const own = events.filter((event) => event.record === record);
    if (record.call.truncated || record.call.cut || !own.every(({ columns }) => columns.some((name) => PER.test(name))))
      continue;
    const named = valuesOf(own, noun);
    if (named.length > 1) return [named, record.call.number];
    // A deed is counted by rows that name it; without one the table has a single column of numbers.
    const isOfDeeds = told.length > 0 && own.some(({ actions }) => actions.length > 0);
    const meant = isOfDeeds ? own.filter((event) => told.some((deed) => isTold(event, deed))) : own.filter(hasOneCount);
    const counts = meant.flatMap((event) => countedIn(event, countOf(event) ?? onlyNumber(event)));
    if (counts.length > 1) return [counts, record.call.number];
  }
  return [[], null];
}

/** `never more than five items in one`: of a column that has the most of one. */
function mostOfOne({ events }: Statement): [Counted[], number | null] {
  for (const record of new Set(events.map((event) => event.record))) {
    const own = events.filter((event) => event.record === record);
    const name = own[0]?.columns.find((column) => /^(?:most|max|largest|biggest|peak|highest)/i.test(column));
    if (name && record.isWhole) return [valuesOf(own, name), record.call.number];
  }
  return [[], null];
}

function countedIn({ columns, row }: EvidenceEvent, count: number | null): Counted[] {
  return count === null ? [] : [{ count, of: `${row.cells[columns.findIndex((name) => PER.test(name))]}` }];
}

/** The number of a row that has one, whatever its column is called. */
function onlyNumber({ row }: EvidenceEvent): number | null {
  const [only, more] = row.cells.flatMap((cell) => numberIn(cell) ?? []);
  return more === undefined ? (only ?? null) : null;
}

/** The numbers of the column that has a name. */
function valuesOf(events: EvidenceEvent[], name: string): Counted[] {
  const at = events[0]?.columns.findIndex((column) => name !== '' && column.toLowerCase() === name.toLowerCase()) ?? -1;
  return at < 0 ? [] : events.flatMap((event) => countedIn(event, numberIn(event.row.cells[at])));
}
const hasOneCount = ({ row }: EvidenceEvent): boolean =>
  row.cells.filter((cell) => numberIn(cell) !== null).length <= 2;
const PER = /^(?:day|date|hour|minute|session|night|week|bucket)$/i;

/** `each with between one and five calls`: the ends are those of a column of the cited rows. */
function checkBetween(statement: Statement): Finding[] {
  const { block, text, start, events } = statement;
  const match = BETWEEN.exec(text);
  if (!match || !/\b(?:each|every|apiece|per|a (?:day|session))\b/i.test(text)) return [];
  const after = text.slice(match.index + match[0].length);
  if (/^\s*(?:seconds?|minutes?|hours?|days?|percent|%|o[’']clock|in the (?:morning|afternoon|evening))/i.test(after))
    return [];
  const high = numberOf(match[2]);
  const columnsCalled = (called: RegExp) =>
    [...new Set(events.map(({ record }) => record))].flatMap((record) =>
      columnsOf(
        events.filter((event) => event.record === record),
        called,
      ),
    );
  if (columnsCalled(/./).some(({ least, most }) => most === high && least === numberOf(match[1]))) return [];
  const columns = columnsCalled(COUNTS);
  if (columns.length === 0 || columns.some(({ most }) => most === high) || columns.every(({ most }) => most >= high))
    return [];
  if (events.some(({ record }) => !record.isWhole)) return [];
  const [first] = columns;
  const data = { value: match[0], actual: `${first?.least} to ${first?.most}` };
  const place = placeOf(block, { start: start + match.index, end: start + match.index + match[0].length });
  return [finding('bound', 'warning', place, 'bound-false', data)];
}

const RANGE = new RegExp(`\\b${COUNT} to ${COUNT} (\\p{L}{4,})\\b`, 'iu');
const SOME = /\b(?:mostly|usually|typical\w*|often|most|some|about|around|roughly|but|except)\b/i;

/** `nine to twenty-one items`: the ends of the column that is called so, of a record with a row for each minute or day. */
function checkRange(statement: Statement): Finding[] {
  const { block, text, start } = statement;
  const match = RANGE.exec(text);
  if (!match || SOME.test(text) || OTHERS.test(text)) return [];
  const [counts, record] = countsPer(statement, match[3] ?? '');
  const [least, most] = [Math.min(...counts.map(({ count }) => count)), Math.max(...counts.map(({ count }) => count))];
  const isNamed = statement.events.some(({ columns }) =>
    columns.some((name) => name.toLowerCase() === match[3]?.toLowerCase()),
  );
  if (!isNamed || record === null || (numberOf(match[1]) === least && numberOf(match[2]) === most)) return [];
  const place = placeOf(block, { start: start + match.index, end: start + match.index + match[0].length });
  const data = { value: match[0], actual: `${least} to ${most} (E${record})` };
  return [finding('bound', 'warning', place, 'bound-false', data)];
}

const SPAN = '(?:days|nights|hours|minutes|sessions|weeks)';
const SPANS_OF = new RegExp(
  `\\b(?<spans>${COUNT}) ${SPAN} (?:of|with) (?<count>${COUNT}) (?<noun>\\p{L}{4,}) each\\b`,
  'iu',
);
const ON_EACH = new RegExp(
  `\\b(?<count>${COUNT}) (?<noun>\\p{L}{4,}) (?:on|in) each of (?:the |its )?(?<spans>${COUNT}) ${SPAN}\\b`,
  'iu',
);

/** `twelve days of four lines each`: so many rows of the column that is called so have that number. */
function checkEach(statement: Statement): Finding[] {
  const { block, text, start, events } = statement;
  const match = SPANS_OF.exec(text) ?? ON_EACH.exec(text);
  const { spans, count, noun = '' } = match?.groups ?? {};
  if (!match || SOME.test(text)) return [];
  for (const record of new Set(events.map((event) => event.record))) {
    const own = events.filter((event) => event.record === record);
    const values = valuesOf(own, noun);
    if (!record.isWhole || values.length < 2 || !isOneRowEach(own)) continue;
    const having = values.filter((value) => value.count === numberOf(count)).length;
    if (having === numberOf(spans)) return [];
    const place = placeOf(block, { start: start + match.index, end: start + match.index + match[0].length });
    const data = { value: match[0], actual: `${count} in ${having} of ${values.length} rows (E${record.call.number})` };
    return [finding('bound', 'warning', place, 'bound-false', data)];
  }
  return [];
}

/** Whether each day, hour or session of a table has one row, and not one for each person. */
function isOneRowEach(events: EvidenceEvent[]): boolean {
  const at = events[0]?.columns.findIndex((name) => PER.test(name)) ?? -1;
  return at >= 0 && new Set(events.map(({ row }) => row.cells[at])).size === events.length;
}

const COUNTS = /^(?:n|cnt|count\w*|calls|events|total|hits|ok)$/i;

/** The least and most of each column that is called so and has numbers. */
function columnsOf(events: EvidenceEvent[], called: RegExp): { least: number; most: number }[] {
  const names = events[0]?.columns ?? [];
  return names.flatMap((name, at) => {
    if (!called.test(name)) return [];
    const numbers = events.flatMap(({ row }) => numberIn(row.cells[at]) ?? []);
    return numbers.length > 1 ? [{ least: Math.min(...numbers), most: Math.max(...numbers) }] : [];
  });
}

const numberOf = (text = ''): number =>
  /^\d/.test(text) ? Number(text.replaceAll(',', '')) : text.toLowerCase() === 'one' ? 1 : amountOf(text.toLowerCase());
