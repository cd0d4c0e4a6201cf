import type { CheckFinding } from './check-finding';
import { placeIn, type Unit } from './check-units';

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
  return [...units.flatMap(inUnit), ...totalRows(units)];
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

const read = (text: string): number => Number(text.replaceAll(',', ''));

function sumOf(terms: string): number {
  const parts = terms.replace(/−/g, '-').match(/(?:^|[+-])\s*-?\d[\d,]*(?:\.\d+)?/g) ?? [];
  const sum = parts.reduce((total, part) => {
    const sign = part.startsWith('-') ? -1 : 1;
    return total + sign * read(part.replace(/^[+-]\s*/, ''));
  }, 0);
  return Number(sum.toFixed(6));
}
