import type { Claim } from './check-claims';
import { numberOf, type Proof, type ProofTable, squash } from './check-proof';
import { type SaidTime, saysTime } from './check-times';

/** What says which rows a number is about. `next`: it stands right after the number. */
export type Anchor = { value: string; next: boolean } | { time: SaidTime };
export type NumberContext = {
  proofs: Proof[];
  anchors: Anchor[];
  /** Lower-case words of the sentence: those that are a cell of their own (`denied`) narrow the rows as well. */
  words: ReadonlySet<string>;
  /** A row of a table is about one thing: only the rows of evidence that share the most with it count. */
  oneThing: boolean;
  /** It says how many rows came back. */
  ofRows: boolean;
};

/** More rows than this are summed and counted, but a cell of any one of them proves nothing about the others. */
const MANY_ROWS = 200;
const SECONDS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/**
 * Whether a number is in the cited evidence or can be computed from it: a cell, a count of rows, a column's sum, its number of
 * different values, its extremes, a difference within a row, a share, a duration, a size in other units. When the sentence names
 * what the number is about, only the rows that name it too are looked at.
 */
export function isComputable(claim: Claim, context: NumberContext): boolean {
  const value = claim.number ?? Number.NaN;
  const measure = claim.measure ?? '';
  if (context.ofRows) return context.proofs.some((proof) => proof.rowCounts().has(value));
  const plain = (found: number) => found === value || (claim.decimals ? round(found, claim.decimals) === value : false);
  const sets = context.proofs.flatMap((proof) => proof.tables().map((table) => rowSets(table, context)));
  const named = sets.some((set) => set.narrow);
  if (!named || measure === 'ms') for (const proof of context.proofs) if (proof.loose().has(value)) return true;
  for (const { table, groups, narrow, whole } of sets) {
    if (named && !narrow) continue;
    if (whole && numbersOf(table, table.rows, true, false).some(plain)) return true;
    for (const rows of groups) {
      const numbers = numbersOf(table, rows, !context.oneThing || rows.length > 1, true);
      if (numbers.some(plain)) return true;
      if (measure === '%' || measure.startsWith('per')) {
        if (isShare(value, claim.decimals ?? 0, numbers, numbersOf(table, table.rows, true, true))) return true;
      } else if (/^[kmgt]i?b$/.test(measure)) {
        if (numbers.some((found) => isSize(found, value, claim.decimals ?? 0, measure))) return true;
      } else if (measure && measure !== 'bytes' && isDuration(value, claim.decimals ?? 0, measure, timesOf(rows)))
        return true;
    }
  }
  if (measure && SECONDS[measure[0] ?? ''] && measure !== 'ms') {
    return isDuration(value, claim.decimals ?? 0, measure, [context.proofs.flatMap((proof) => proof.times())]);
  }
  return isAcross(value, context);
}

/** Whether a time of a table's row is one of the evidence's rows about the same thing; of any row when none is. */
export function isTimeThere(time: SaidTime, context: NumberContext): boolean {
  const { proofs } = context;
  if (context.oneThing) {
    const sets = proofs.flatMap((proof) =>
      proof.tables().map((table) => rowSets(table, { ...context, words: new Set() })),
    );
    const named = sets.filter((set) => set.narrow).flatMap(({ groups }) => groups.flat());
    if (named.length > 0) return named.some((row) => row.times.some((at) => saysTime(time, at)));
  }
  return proofs.some((proof) => proof.hasTime(time));
}

type Rows = ProofTable['rows'];

/** The rows that a sentence is about; each group is looked at by itself. `narrow`: the sentence names them. */
function rowSets(
  table: ProofTable,
  context: NumberContext,
): { table: ProofTable; groups: Rows[]; narrow: boolean; whole: boolean } {
  const { anchors, words, oneThing } = context;
  const spoken = table.rows.length > 1 ? filterByWords(table.rows, words) : null;
  const keys = anchors
    .flatMap((anchor) => ('value' in anchor ? [{ key: keyOf(anchor.value), next: anchor.next }] : []))
    .filter(({ key }) => key.length > 1);
  const times = anchors.flatMap((anchor) => ('time' in anchor ? [anchor.time] : []));
  const next = keys.filter((anchor) => anchor.next);
  const direct = table.rows.filter((row) => next.some(({ key }) => row.text.includes(key)));
  const about = direct.length > 0 ? direct : table.rows.filter((row) => keys.some(({ key }) => row.text.includes(key)));
  if (about.length === 0)
    return { table, groups: spoken ? [table.rows, spoken] : [table.rows], narrow: false, whole: false };
  const shared = (row: Rows[number]) =>
    keys.filter(({ key }) => row.text.includes(key)).length +
    0.5 * times.filter((time) => row.times.some((at) => saysTime(time, at))).length;
  const scores = about.map(shared);
  const most = Math.max(...scores);
  const best = about.filter((_, index) => scores[index] === most);
  const groups = oneThing ? [best] : direct.length > 0 ? [direct] : [about, best];
  if (!oneThing && direct.length === 0) {
    for (const { key } of keys) groups.push(about.filter((row) => row.text.includes(key)));
  }
  for (const rows of [...groups]) {
    const less = filterByWords(rows, words);
    if (less && less.length < rows.length) groups.push(less);
  }
  return {
    table,
    groups: groups.filter((rows) => rows.length > 0),
    narrow: true,
    whole: !oneThing && direct.length === 0,
  };
}

const keyOf = (value: string): string => squash(value.replace(/…$/, ''));

function filterByWords(rows: Rows, words: ReadonlySet<string>): Rows | null {
  const found = rows.filter(({ cells }) =>
    cells.some((cell) => typeof cell === 'string' && words.has(cell.toLowerCase())),
  );
  return found.length > 0 && found.length < rows.length ? found : null;
}

/** `counted`: how many rows and different values there are says something; `each`: so does a single cell. */
function numbersOf(table: ProofTable, rows: Rows, counted: boolean, each: boolean): number[] {
  const out = counted ? [rows.length] : [];
  for (const index of table.columns.keys()) {
    const cells = rows.map(({ cells }) => cells[index]);
    const numbers = cells.map(numberOf).filter((number) => number !== null);
    if (numbers.length > 0) {
      out.push(
        numbers.reduce((sum, number) => sum + number, 0),
        Math.max(...numbers),
        Math.min(...numbers),
      );
      if (each && rows.length <= MANY_ROWS) out.push(...numbers);
    }
    if (counted)
      out.push(
        new Set(
          cells
            .filter((cell) => cell !== null && cell !== undefined && cell !== '')
            .map((cell) => JSON.stringify(cell)),
        ).size,
      );
  }
  // Within one row: what is left of one number after another.
  if (counted && each && rows.length <= 3) {
    for (const { cells } of rows) {
      const numbers = cells.map(numberOf).filter((number) => number !== null);
      for (const a of numbers) for (const b of numbers) if (a > b && b > 0) out.push(a - b);
    }
  }
  return out;
}

function isShare(percent: number, decimals: number, parts: number[], wholes: number[]): boolean {
  return parts.some((part) =>
    wholes.some((whole) => whole > 0 && part <= whole && isRounded((100 * part) / whole, percent, decimals)),
  );
}

function isSize(bytes: number, value: number, decimals: number, unit: string): boolean {
  const power = 'kmgt'.indexOf(unit[0] ?? 'k') + 1;
  return [1000, 1024].some((base) => isRounded(bytes / base ** power, value, decimals));
}

function isDuration(value: number, decimals: number, measure: string, groups: number[][]): boolean {
  const size = measure.startsWith('ms') || measure.startsWith('milli') ? 0.001 : (SECONDS[measure[0] ?? ''] ?? 1);
  const differs = (ms: number) => isRounded(ms / 1000 / size, value, decimals);
  return groups.some((times) => {
    if (times.length < 2) return false;
    if (times.length > 60) return differs(Math.max(...times) - Math.min(...times));
    return times.some((a) => times.some((b) => a > b && differs(a - b)));
  });
}

const timesOf = (rows: Rows): number[][] => rows.slice(0, 500).map(({ times }) => times);

/** Sums over the receipts themselves: rows of all cited, or a total of each. */
function isAcross(value: number, { proofs }: NumberContext): boolean {
  if (proofs.length < 2) return false;
  const rows = proofs.map(({ receipt }) => receipt.rows ?? 0);
  return rows.reduce((sum, count) => sum + count, 0) === value;
}

/** People round, and cut. */
function isRounded(exact: number, said: number, decimals: number): boolean {
  const step = 10 ** -decimals;
  return said - exact <= step / 2 + 1e-9 && exact - said < step;
}

const round = (value: number, decimals: number): number => Number(value.toFixed(decimals));
