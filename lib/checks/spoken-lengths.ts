import type { Block } from './blocks';
import type { Around } from './claim-context';
import { type Claim, claimsOf } from './claims';
import { type EvidenceIndex, type EvidenceRow, lengthsOf, numberOf } from './evidence-index';
import { isMeant } from './meant';
import { secondsOf } from './nearness';
import { isSizeMeasure } from './sizes';
import { DAY } from './times';

/** Times, rows and lengths that are looked at for one claim. */
const MAX_TIMES = 400;
const MAX_LENGTHS = 60;
/** Times of one name in two records: of more any length may be meant. */
const MAX_OF_NAME = 6;

/**
 * Whether a sentence says a length of time in a way that needs more than two rows which it names: with the unit of the number before
 * it or of its column, as the difference or the sum of what rows lasted, from a row of one record to the next of another, or
 * between two rows of one name. Only keeps a warning from being given.
 */
export function isSpokenLength(claim: Claim, around: Around, cited: EvidenceIndex[]): boolean {
  const unit = unitOf(claim, around);
  const seconds = unit === undefined ? undefined : secondsOf(unit);
  if (seconds === undefined || claim.number === undefined) return false;
  const said = { ...claim, number: claim.number + moreThan(claim, around) / seconds };
  const isSaid = (ms: number): boolean => ms > 0 && isMeant(said, ms / 1000 / seconds, true);
  return (
    differences(timesTold(around)).some(isSaid) ||
    cited.some((record) => gaps(timesOf(record)).some(isSaid)) ||
    lengthsOfRows(cited).some(isSaid) ||
    stepsBetween(cited).some(isSaid) ||
    ofOneName(cited).some(isSaid) ||
    (isExact(unit, said.number) && differences([...new Set(cited.flatMap(timesOf))].slice(0, MAX_TIMES)).some(isSaid))
  );
}

/** `59 minutes and seven seconds`: so exact a length is hardly between any two rows by chance. */
const isExact = (unit = '', number: number): boolean => unit.startsWith('s') && number >= 120;

const UNIT = '(seconds?|secs?|minutes?|mins?|hours?|days?|weeks?)';
const RANGE = new RegExp(`^\\s*(?:to|and|or|[–-])\\s*[\\w.]+(?: and an? (?:half|quarter))?[ -]${UNIT}\\b`, 'i');
const COLUMN = new RegExp(`^${UNIT}$|[(\\[]${UNIT.replace('weeks?', 's|h|min')}[)\\]]$`, 'i');
/** What may stand behind a number that has the unit of the one before it: `a little less than two and a half from the rule to …`. */
const BARE =
  /^[*_`]*\s*(?:$|[.,;:)[(–—]|(?:more|later|earlier|before|after|from|between|on|in|at|for|to|until|and|with|of)\b)/i;

/** `three minutes after the sign-in and twenty-six before the sharing`: a length, though its unit stands with the number before it. */
export const isElliptic = (claim: Claim, block: Block): boolean =>
  claim.measure === undefined &&
  /^\s*(?:more\s+)?(?:later|earlier|before|after)\b/i.test(block.text.slice(claim.end, claim.end + 16)) &&
  unitOf(claim, { block, near: claimsOf(block) }) !== undefined;

/** The unit of a number: its own, that of the range which it begins, of its column, or of the number before it. */
function unitOf(claim: Claim, { block, near }: Pick<Around, 'block' | 'near'>): string | undefined {
  const { measure, start, end } = claim;
  if (measure !== undefined) return isSizeMeasure(measure) ? undefined : measure;
  const after = block.text.slice(end, end + 60);
  const range = RANGE.exec(after)?.[1];
  if (range) return range.toLowerCase();
  const head = block.head[block.cells.findIndex((cell) => start >= cell.start && start < cell.end)];
  const [, whole, within] = COLUMN.exec(head?.trim() ?? '') ?? [];
  if (whole ?? within) return (whole ?? within)?.toLowerCase();
  if (!BARE.test(after)) return undefined;
  const before = near.findLast(
    (other) => other.end <= start && other.measure !== undefined && secondsOf(other.measure) !== undefined,
  );
  return before && !isSizeMeasure(before.measure ?? '') ? before.measure : undefined;
}

/** `eight seconds more than a minute`: the seconds of what it is more than. */
function moreThan({ end }: Claim, { block }: Around): number {
  const unit = /^\W*(?:\p{L}+\s+)?more than an? (minute|hour|day)\b/iu.exec(block.text.slice(end, end + 40))?.[1];
  return unit === undefined ? 0 : (secondsOf(unit) ?? 0);
}

const differences = (values: number[]): number[] =>
  values.flatMap((a) => values.flatMap((b) => (a > b ? [a - b] : [])));

/** Exact times that the sentence itself tells, as clocks show them. */
const timesTold = ({ near }: Around): number[] =>
  near.flatMap(({ time }) => (time && time.to - time.from <= 1000 ? [time.from % DAY] : [])).slice(0, 12);

const timesOf = (record: EvidenceIndex): number[] =>
  [...new Set(record.rowTimes())].sort((a, b) => a - b).slice(0, MAX_TIMES);

const gaps = (times: number[]): number[] => times.slice(1).map((time, at) => time - (times[at] ?? time));

const rowsOf = (record: EvidenceIndex): { row: EvidenceRow; columns: string[] }[] =>
  record.tables().flatMap(({ rows, columns }) => rows.slice(0, MAX_TIMES).map((row) => ({ row, columns })));

/** How long rows lasted, in a column or from their first time to their last; by how much one lasted longer; all together. */
function lengthsOfRows(cited: EvidenceIndex[]): number[] {
  return cited.flatMap((record) => {
    const rows = rowsOf(record);
    const lasted = rows.flatMap(({ row: { times } }) =>
      times.length > 1 ? [Math.max(...times) - Math.min(...times)] : [],
    );
    const told = rows.flatMap(({ row, columns }) => [...lengthsOf(columns, row), ...inUnits(columns, row)]);
    return [lasted, told].flatMap((lengths) => [
      ...lengths,
      lengths.reduce((sum, length) => sum + length, 0),
      ...(lengths.length <= MAX_LENGTHS ? differences(lengths) : []),
    ]);
  });
}

/** `minutes: 135` */
const inUnits = (columns: string[], { cells }: EvidenceRow): number[] =>
  cells.flatMap((cell, at) => {
    const unit = /(?:^|_)(seconds|secs?|minutes|mins?|hours)$/i.exec(columns[at] ?? '')?.[1]?.toLowerCase();
    const number = unit === undefined ? null : numberOf(cell);
    return number === null ? [] : [1000 * number * (secondsOf(unit ?? '') ?? 0)];
  });

/** From each time of one record to the next one of another. */
function stepsBetween(cited: EvidenceIndex[]): number[] {
  const all = cited.slice(0, 6).map(timesOf);
  return all.flatMap((times, own) =>
    all.flatMap((others, other) =>
      own === other
        ? []
        : times.flatMap((time) => {
            const next = others.find((one) => one > time);
            return next === undefined ? [] : [next - time];
          }),
    ),
  );
}

/** Between the rows that have one name, in all cited records. */
function ofOneName(cited: EvidenceIndex[]): number[] {
  const named = new Map<string, Set<number>>();
  for (const { row } of cited.slice(0, 6).flatMap(rowsOf)) {
    for (const cell of row.cells) {
      if (typeof cell !== 'string' || !/^(?=.*\p{L})\S{4,80}$/u.test(cell) || /^\d{4}-\d\d/.test(cell)) continue;
      const times = named.get(cell) ?? new Set();
      for (const time of row.times) times.add(time);
      named.set(cell, times);
    }
  }
  return [...named.values()].flatMap((times) => (times.size <= MAX_OF_NAME ? differences([...times]) : []));
}
