import type { CheckFinding } from './finding';
import { placeIn, type Unit } from './units';
import { isRounded } from './wording';

const NUMBER = '-?\\d+(?:,\\d{3})*(?:\\.\\d+)?';
const TERMS = `${NUMBER}(?:\\s*\\+\\s*${NUMBER}|\\s+[-−]\\s+${NUMBER})+`;
const PARTS = `${NUMBER}(?:\\s*\\+\\s*${NUMBER})+`;
const SUM_FIRST = new RegExp(`(${TERMS})\\s*=\\s*(${NUMBER})(?![\\d.,]*\\d)`, 'g');
const TOTAL_FIRST = new RegExp(`(?<![\\w.,-])(${NUMBER})\\s*\\(?=\\s*(${TERMS})`, 'g');
const SUM_BEHIND = new RegExp(`(?<![\\w.,-])(${NUMBER})\\s+[\\p{L} ]{0,40}\\((${PARTS})`, 'gu');
const SHARE = new RegExp(
  `(?<![\\w.,])(${NUMBER})\\s*(?:%|percent)[^.(]{0,120}\\(\\s*(${NUMBER})\\s+of\\s+(?:the\\s+)?(${NUMBER})`,
  'g',
);

/** Sums and shares that are written out, several splits of one total, and total rows of tables. */
export function checkTotals(units: Unit[]): CheckFinding[] {
  return [...units.flatMap(inUnit), ...totalRows(units), ...wrongShares(units)];
}

function inUnit(unit: Unit): CheckFinding[] {
  const out: CheckFinding[] = [];
  const text = unit.text.replace(/`[^`]*`|\[E\d+\]/g, (part) => ' '.repeat(part.length));
  const say = (at: number, length: number, message: string, right?: number) => {
    const { line, column } = placeIn(unit, at);
    const endColumn = column + length;
    const fix =
      right === undefined
        ? {}
        : {
            fix: {
              label: `Write ${right}`,
              startLine: line,
              startColumn: column,
              endLine: line,
              endColumn,
              text: `${right}`,
            },
          };
    out.push({ rule: 'total', severity: 'error', line, column, endColumn, message, ...fix });
  };
  const wrong = (at: number, total: string, terms: string) => {
    const right = sumOf(terms);
    if (Math.abs(right - read(total)) > 1e-9)
      say(at, total.length, `${terms.trim()} is ${right}, not ${total}.`, right);
  };
  for (const match of text.matchAll(SUM_FIRST)) {
    const [whole, terms = '', total = ''] = match;
    wrong(match.index + whole.length - total.length, total, terms);
  }
  for (const match of [...text.matchAll(TOTAL_FIRST), ...text.matchAll(SUM_BEHIND)]) {
    const [whole, total = '', terms = ''] = match;
    // `1 + 2 (= …`: the number before is the last of another sum.
    if (!/[+=]\s*$/.test(text.slice(0, match.index)) && !whole.includes(`${terms} =`)) wrong(match.index, total, terms);
  }
  for (const match of text.matchAll(SHARE)) {
    const [, percent = '', part = '', whole = ''] = match;
    const exact = (100 * read(part)) / read(whole);
    const step = 10 ** -(percent.split('.')[1]?.length ?? 0);
    if (!(read(percent) - exact <= step / 2 && exact - read(percent) < step))
      say(match.index, percent.length, `${part} of ${whole} is ${exact.toFixed(1)} %, not ${percent} %.`);
  }
  const splits = [
    ...text.matchAll(new RegExp(`(?<![=\\d.,]\\s*)(?<![\\w.,])${PARTS}(?!\\s*[=+]|[\\d,.]*\\d)`, 'g')),
  ].filter((match) => !/=\s*$/.test(text.slice(0, match.index)));
  const [first] = splits;
  for (const split of splits.slice(1)) {
    if (first && sumOf(first[0]) !== sumOf(split[0]))
      say(
        split.index,
        split[0].length,
        `${split[0]} is ${sumOf(split[0])}, and ${first[0]} is ${sumOf(first[0])}: two splits of one total must agree.`,
      );
  }
  return out;
}

/** A last row that says total is the sum of each column of numbers above it. */
function totalRows(units: Unit[]): CheckFinding[] {
  const out: CheckFinding[] = [];
  let rows: Unit[] = [];
  for (const [index, unit] of units.entries()) {
    if (unit.kind !== 'row') continue;
    if (units[index - 1]?.kind !== 'row' || units[index - 1]?.head !== unit.head) rows = [];
    const cell = (row: Unit, at: number) =>
      row.text.slice(row.cells[at]?.start ?? 0, row.cells[at]?.end ?? 0).replace(/[*_`\s]/g, '');
    if (
      rows.length > 1 &&
      unit.cells.some((_, at) => /^(?:total|sum|all|alltogether|overall)s?:?$/i.test(cell(unit, at)))
    ) {
      for (const at of unit.cells.keys()) {
        const total = cell(unit, at);
        const terms = rows.map((row) => cell(row, at));
        if (![total, ...terms].every((text) => new RegExp(`^${NUMBER}$`).test(text))) continue;
        const right = terms.reduce((sum, term) => sum + read(term), 0);
        if (right === read(total)) continue;
        const { start, end } = unit.cells[at] ?? { start: 0, end: 0 };
        const { line, column } = placeIn(unit, start);
        const endColumn = column + end - start;
        const fix = {
          label: `Write ${right}`,
          startLine: line,
          startColumn: column,
          endLine: line,
          endColumn,
          text: ` ${right} `,
        };
        out.push({
          rule: 'total',
          severity: 'error',
          line,
          column,
          endColumn,
          message: `The column adds up to ${right}, not ${total}.`,
          fix,
        });
      }
    }
    rows.push(unit);
  }
  return out;
}

/** In a table of counts and their shares: what each share is of its column's sum, by the offset of its number in its row. */
export type TableShare = { start: number; said: number; part: number; whole: number; right: boolean };

/** Shares in a column of their own that are those of a column of counts: of a table where half of them are at least. */
export function sharesInTables(units: Unit[]): Map<Unit, TableShare> {
  const found = new Map<Unit, TableShare>();
  const tables = new Map<string[], Unit[]>();
  for (const unit of units) if (unit.kind === 'row') tables.set(unit.head, [...(tables.get(unit.head) ?? []), unit]);
  for (const [head, rows] of tables) {
    const cell = (row: Unit, at: number) => row.text.slice(row.cells[at]?.start ?? 0, row.cells[at]?.end ?? 0);
    const at = head.findIndex((_, index) =>
      rows.some((row) => /^\s*\*{0,2}[<~]?\d+(?:\.\d+)?\s*%/.test(cell(row, index))),
    );
    const lines = rows.filter((row) => !/^\W*(?:total|sum|all|overall)/i.test(cell(row, 0)));
    if (at < 0 || lines.length < 2) continue;
    for (const column of head.keys()) {
      const parts = lines.map(
        (row) => new RegExp(`^\\s*\\*{0,2}(${NUMBER})\\*{0,2}\\s*(?:\\[E\\d+\\]\\s*)*$`).exec(cell(row, column))?.[1],
      );
      const whole = parts.reduce((sum, part) => sum + (part === undefined ? Number.NaN : read(part)), 0);
      if (!(whole > 0)) continue;
      const shares = lines.flatMap((row, index) => {
        const text = /\d+(?:\.(\d+))?(?=\s*%)/.exec(cell(row, at));
        if (!text) return [];
        const [said, part] = [Number(text[0]), read(parts[index] ?? '0')];
        const right = isRounded((100 * part) / whole, said, text[1]?.length ?? 0);
        return [{ row, share: { start: (row.cells[at]?.start ?? 0) + text.index, said, part, whole, right } }];
      });
      if (shares.filter(({ share }) => share.right).length * 2 < shares.length) continue;
      for (const { row, share } of shares) found.set(row, share);
      break;
    }
  }
  return found;
}

function wrongShares(units: Unit[]): CheckFinding[] {
  return [...sharesInTables(units)].flatMap(([unit, { start, said, part, whole, right }]) => {
    if (right) return [];
    const { line, column } = placeIn(unit, start);
    const message = `${part} of ${whole} is ${((100 * part) / whole).toFixed(1)} %, not ${said} %.`;
    return [{ rule: 'total', severity: 'error', line, column, endColumn: column + String(said).length, message }];
  });
}

const read = (text: string): number => Number(text.replaceAll(',', ''));

function sumOf(terms: string): number {
  const parts = terms.replace(/−/g, '-').match(/(?:^|[+-])\s*-?\d[\d,]*(?:\.\d+)?/g) ?? [];
  const sum = parts.reduce((total, part) => {
    const sign = part.startsWith('-') ? -1 : 1;
    return total + sign * read(part.replace(/^[+-]\s*/, ''));
  }, 0);
  return Number(sum.toFixed(6));
}
