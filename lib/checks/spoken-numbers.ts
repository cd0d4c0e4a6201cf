import type { Around } from './claim-context';
import { type Claim, claimsOf } from './claims';
import { isCountBetween, isListed } from './counted-rows';
import { type EvidenceIndex, type EvidenceRow, numberOf, squash } from './evidence-index';
import { stemOf } from './loose-numbers';
import { isSizeMeasure } from './sizes';
import { DAY, saysTime } from './times';

/** Rows of a table that are looked at for one number. */
const MAX_ROWS = 400;

/**
 * Whether a sentence says a number in a way that needs more than a cell: what is left of a whole, one in how many, days of a log, a
 * schedule, what it lists itself, of a list that it calls cut, beside the word of its row. Only keeps a warning from being given.
 */
export function isSpoken(claim: Claim, around: Around, cited: EvidenceIndex[]): boolean {
  const { number, start, end } = claim;
  if (number === undefined || (isSizeMeasure(claim.measure ?? '') && claim.measure !== 'bytes')) return false;
  const { text } = around.block;
  const said = {
    claim,
    number,
    cited,
    around,
    before: text.slice(Math.max(0, start - 60), start),
    after: text.slice(end, end + 60),
  };
  return (
    isWayToSpeak(said) ||
    isHour(said) ||
    isTold(said) ||
    isSumBeside(claim, around) ||
    isOneIn(said) ||
    isDifference(said) ||
    isOfCutList(said) ||
    isSchedule(said) ||
    isDaysOfLog(said) ||
    isNamedBehind(said) ||
    isLeft(said) ||
    isShared(said) ||
    isOfWholeColumns(said) ||
    isBesideWord(said) ||
    isOfCrossing(said) ||
    isOfDayTold(said) ||
    isWithListed(said) ||
    isInOther(said) ||
    isCountBetween(claim, around, cited) ||
    isListed(claim, around, cited)
  );
}

type Said = { claim: Claim; number: number; cited: EvidenceIndex[]; around: Around; before: string; after: string };

/** Whether any of the first rows of any table of the records is such. */
const someRow = (records: EvidenceIndex[], isSuch: (row: EvidenceRow) => boolean): boolean =>
  records.some((record) => record.tables().some(({ rows }) => rows.slice(0, MAX_ROWS).some(isSuch)));

const hasNumber = ({ cells }: EvidenceRow, number: number): boolean => cells.some((cell) => numberOf(cell) === number);

/** `9 o'clock`, `the six in between`, `all three [E7] [E8] [E9]`. */
const isWayToSpeak = ({ number, around, before, after }: Said): boolean =>
  /^\s+o[’']clock\b|^\s+in between\b/i.test(after) ||
  // What is thought of them no row says.
  /^\s+of (?:the|these|those) (?:\p{L}+ ){1,3}(?:is|are|was|were) (?:ordinary|normal|usual|known|expected|legitimate|harmless|familiar|unusual|suspicious)\b/iu.test(
    after,
  ) ||
  (/\ball\s+$/i.test(before) &&
    around.across.length === number &&
    /\b(?:empty|nothing|rows?|quer(?:y|ies)|search)/i.test(around.sentence));

/** `then eight processes that belong to none. All eight lie …`: the number that the block has told before. */
const isTold = ({ number, before, after, claim, around: { block } }: Said): boolean =>
  /\b(?:all|the|these|those)\s+$/i.test(before) &&
  !/^\s+(?:other|more|further)\b/i.test(after) &&
  claimsOf(block).some((one) => one.end < claim.start && one.number === number && one.measure === claim.measure);

/** `between seven and eight in the morning`, `after six in the evening`: hours of a day. */
const isHour = ({ number, before, after }: Said): boolean =>
  /\b(?:half|quarter) (?:past|to)\s+$/i.test(before) ||
  (number <= 12 &&
    /\b(?:at|by|after|before|until|till|from|since|between|and|to|around|about|towards?|past)\s+$/i.test(before) &&
    /^(?:\s+(?:and|to|or|until)\s+\p{L}+)?\s+(?:in the (?:early )?(?:morning|afternoon|evening)|at night|[ap]\.?m\b)/iu.test(
      after,
    ));

/** `142 files: the 140 of the evening and two of the morning`: two numbers of its own sentence make it, which are claims of their own. */
export function isSumBeside(claim: Claim, { near }: Pick<Around, 'near'>): boolean {
  const { number = 0, measure } = claim;
  if (measure !== undefined || number < 3) return false;
  const others = near.flatMap((one) =>
    one !== claim && one.number !== undefined && one.measure === undefined ? [one.number] : [],
  );
  return others.some((a, at) => others.some((b, other) => other > at && a + b === number));
}

/** `560 and 520 bytes, 40 apart`, `five columns`: one number of a column less another, or how wide a table is. */
function isDifference({ number, cited, after, claim }: Said): boolean {
  if (claim.measure !== undefined && claim.measure !== 'bytes') return false;
  const tables = cited.flatMap((record) => record.tables());
  if (/^\s+(?:columns|fields)\b/i.test(after)) return tables.some(({ columns }) => columns.length === number);
  if (!/^\s*(?:\p{L}+\s+)?(?:apart|more|fewer|less|higher|lower|larger|smaller)\b/iu.test(after)) return false;
  return tables.some(({ columns, rows }) =>
    columns.some((_, at) => {
      const numbers = rows.slice(0, 60).flatMap(({ cells }) => numberOf(cells[at]) ?? []);
      return numbers.some((a) => numbers.some((b) => a - b === number));
    }),
  );
}

/** `four since the 19th`: as many rows as that day has. */
function isOfDayTold({ number, cited, around: { sentence }, claim }: Said): boolean {
  if (claim.measure !== undefined) return false;
  const days = [...sentence.matchAll(/\bthe (\d{1,2})(?:st|nd|rd|th)\b/g)].map((match) => Number(match[1]));
  return (
    days.length > 0 &&
    cited.some((record) =>
      record.tables().some(({ rows }) =>
        days.some((day) => {
          const of = rows
            .slice(0, MAX_ROWS)
            .filter(({ times }) => times.some((at) => new Date(at).getUTCDate() === day));
          return of.length === number;
        }),
      ),
    )
  );
}

/** `svc-a, svc-b and nine others`: with those that it lists it is a number of the records. */
function isWithListed({ number, cited, before, after, claim, around: { block } }: Said): boolean {
  if (
    claim.measure !== undefined ||
    !/^\s+(?:\p{L}+\s+)?(?:others?|more)\b/iu.test(after) ||
    !/\band\s+$/i.test(before)
  )
    return false;
  const list =
    plainBehind(block.text, 0)
      .slice(0, claim.start)
      .split(/[|.;:]/)
      .at(-1) ?? '';
  const listed = list.split(/,\s+|\s+and\s+/).filter((item) => item.trim() !== '').length;
  return cited.some((record) => numbersOf(record).has(number + listed));
}

/**
 * Of two records that a sentence cites, one has its names and the other the number: `the page answered 560 bytes`, of a list of
 * commands and a list of requests. Where the other has the time of the row, its number is of that time.
 */
function isInOther({ number, claim, around }: Said): boolean {
  if (claim.measure !== undefined && claim.measure !== 'bytes') return false;
  const records = around.across.length > 1 ? around.across : [];
  const names = around.near.flatMap(({ kind, value, time }) =>
    time || kind === 'number' || kind === 'technique' || value.length < 3 ? [] : [squash(value)],
  );
  if (names.length === 0) return false;
  const times = around.near.flatMap(({ time }) => (time && !time.anyYear ? [time] : []));
  const isNamed = (record: EvidenceIndex) =>
    someRow([record], ({ text }) => names.every((name) => text.includes(name)));
  return records.some((record) => {
    if (isNamed(record)) return false;
    const rows = record.tables().flatMap((table) => table.rows.slice(0, MAX_ROWS));
    const timed = rows.filter((row) => times.some((time) => row.times.some((at) => saysTime(time, at))));
    return (timed.length > 0 ? timed : rows).some((row) => hasNumber(row, number));
  });
}

/** `one in sixteen`, `nine in ten`: one number of the cited rows by another. */
function isOneIn({ number, cited, before, claim }: Said): boolean {
  if (claim.measure !== undefined) return false;
  if (
    !/\b(?:one|two|three|four|five|six|seven|eight|nine|\d{1,2})(?: \p{L}+)? (?:in|out of)\s+(?:about |every )?$/iu.test(
      before,
    )
  )
    return false;
  return cited.length > 0 && number <= 100;
}

/** `cut at eight of 38`: what a list that was cut leaves out is not in it. */
const isOfCutList = ({ cited, around: { sentence } }: Said): boolean =>
  /\b(?:cut|truncated|first|incomplete)\b/i.test(sentence) && cited.some(({ isWhole }) => !isWhole);

/** `every ten minutes`, of `*\/10` or `PT10M`. */
function isSchedule({ number, cited, before, after, claim }: Said): boolean {
  const unit = /^\s*(second|minute|hour|day)/i.exec(claim.measure ?? after)?.[1]?.[0]?.toUpperCase();
  if (!unit || !/\bevery\s+(?:about )?$/i.test(before)) return false;
  const forms = [
    `*/${number}`,
    unit === 'D' ? `P${number}D` : `PT${number}${unit}`,
    `/mo ${number}`,
    `rate(${number} `,
  ];
  return cited.some((record) => forms.some((form) => record.has(form)));
}

/** `over thirteen days`, of a log or a range from the 8th to the 20th. */
function isDaysOfLog({ number, cited, after, claim }: Said): boolean {
  if (!/^\s*days?\b/i.test(claim.measure ?? after)) return false;
  const isLength = (from: number, to: number) => {
    const days = Math.floor(to / DAY) - Math.floor(from / DAY);
    return days === number || days + 1 === number || Math.round((to - from) / DAY) === number;
  };
  const spans = cited.map((record) => record.rowTimes());
  return (
    someRow(cited, ({ times }) => times.length > 1 && isLength(Math.min(...times), Math.max(...times))) ||
    spans.some(
      (times) =>
        times.length > 1 &&
        isLength(
          times.reduce((a, b) => Math.min(a, b)),
          times.reduce((a, b) => Math.max(a, b)),
        ),
    )
  );
}

/** `in two scopes, \`a\` and \`b\``: as many names as are listed right behind it. */
function isNamedBehind({ claim, number, around: { block } }: Said): boolean {
  if (number < 2 || number > 12) return false;
  const list =
    /^[^.;:,([]{0,40}(?:[,:(]|\b(?:are|were))\s+([^.;)]{4,400})/.exec(plainBehind(block.text, claim.end))?.[1] ?? '';
  const inCode = /^(?:`[^`\n]*`(?:,? and |, )?)+/.exec(list)?.[0].match(/`[^`\n]*`/g)?.length ?? 0;
  const items = list.split(/,\s+(?:and\s+)?|\s+and\s+/).filter((item) => item.trim() !== '').length;
  return inCode === number || items === number;
}

/** Dots within code end no sentence. */
const plainBehind = (text: string, from: number): string =>
  text.slice(from, from + 460).replace(/`[^`\n]*`/g, (code) => code.replaceAll(/[.;:,()]/g, '_'));

const OTHERS = /\b(?:other|others|remaining|rest|else)\b/i;

/** `the other 55` of 56, `47 of the 48 failed`, `384 of 416; the other 32`, `the remaining dozen`. */
function isLeft({ number, cited, before, after, around, claim }: Said): boolean {
  const others = around.near.flatMap((one) =>
    one !== claim && one.number !== undefined && !one.measure ? [one.number] : [],
  );
  const isOther =
    OTHERS.test(before.slice(-14)) ||
    OTHERS.test(after.slice(0, 14)) ||
    /^\s+\p{L}+\s+(?:besides|except|other than|apart from)\b/iu.test(after);
  if (isOther && cited.some((record) => numbersOf(record).has(number + 1))) return true;
  if (isOther && others.some((one) => cited.some((record) => numbersOf(record).has(one + number)))) return true;
  if (isOther && others.some((whole) => others.some((part) => whole - part === number))) return true;
  // All but one or two rows of a list, where the sentence says how many it has.
  if (!/^\s+of (?:the|its|his|her|their|all|those|these)?\s*/i.test(after)) return false;
  return cited.some((record) =>
    record
      .tables()
      .some(
        ({ columns, rows }) =>
          others.includes(rows.length) && columns.some((_, at) => valueSizes(rows, at).includes(number)),
      ),
  );
}

/** How many rows have each value of a column that has few. */
function valueSizes(rows: EvidenceRow[], at: number): number[] {
  const sizes = new Map<string, number>();
  for (const { cells } of rows.slice(0, MAX_ROWS)) {
    const key = JSON.stringify(cells[at] ?? null);
    sizes.set(key, (sizes.get(key) ?? 0) + 1);
  }
  return sizes.size > 1 && sizes.size <= 6 ? [...sizes.values()] : [];
}

/** Numbers of the cells of a record, and the sums of its columns. */
function numbersOf(record: EvidenceIndex): Set<number> {
  const found = new Set<number>();
  for (const { columns, rows } of record.tables()) {
    found.add(rows.length);
    for (const at of columns.keys()) {
      const numbers = rows.slice(0, MAX_ROWS).flatMap(({ cells }) => numberOf(cells[at]) ?? []);
      for (const one of numbers) found.add(one);
      found.add(numbers.reduce((sum, one) => sum + one, 0));
    }
  }
  return found;
}

/** `about three a read`: one number of a row by another of it. */
function isShared({ number, cited, after }: Said): boolean {
  if (!/^\s+(?:\p{L}+\s+)?(?:a|an|per|each|for each|for every)\s+\p{L}+/iu.test(after) || number > 1000) return false;
  return someRow(cited, ({ cells }) => {
    const numbers = cells.flatMap((cell) => numberOf(cell) ?? []).filter((one) => one > 1);
    return numbers.some((a) => numbers.some((b) => a > b && Math.abs(a / b - number) <= 0.12 * number));
  });
}

/** `together 288`: two or three columns of all rows, added up. */
function isOfWholeColumns({ number, cited, around: { sentence } }: Said): boolean {
  if (number < 13 || !/\b(?:together|altogether|in all|in total|overall|accounts? for)\b/i.test(sentence)) return false;
  return cited.some((record) =>
    record.tables().some(({ columns, rows }) => {
      const sums = columns
        .map((_, at) => rows.reduce((sum, { cells }) => sum + (numberOf(cells[at]) ?? 0), 0))
        .filter((sum) => sum > 0)
        .slice(0, 12);
      return sums.some((a, first) => sums.some((b, second) => second > first && a + b === number));
    }),
  );
}

/** `the intranet eight times and mail six times`: the word right before it stands in a row with that number. */
function isBesideWord({ number, cited, before }: Said): boolean {
  const word = /(\p{L}{4,})[`*_]*\s+$/u.exec(before)?.[1]?.toLowerCase();
  const stem = word === undefined ? null : stemOf(word);
  if (!stem) return false;
  return someRow(cited, (row) => row.text.includes(stem) && hasNumber(row, number));
}

/** A table that turns rows into columns: the number is of a row with the line's first name and the column's own word. */
function isOfCrossing({ claim, number, cited, around: { block } }: Said): boolean {
  if (block.kind !== 'row') return false;
  const head = block.head[block.cells.findIndex((cell) => claim.start >= cell.start && claim.start < cell.end)] ?? '';
  const words = (head.toLowerCase().match(/\p{L}{4,}/gu) ?? []).flatMap((word) => stemOf(word) ?? []);
  const [first] = block.cells;
  const name = first ? squash(block.text.slice(first.start, first.end).replaceAll(/[`*_]/g, '')) : '';
  if (name.length < 3 || words.length === 0) return false;
  return someRow(
    cited,
    (row) => row.text.includes(name) && words.some((word) => row.text.includes(word)) && hasNumber(row, number),
  );
}
