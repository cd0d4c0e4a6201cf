import type { Claim } from './claims';
import { type EvidenceRow, type EvidenceTable, numberOf } from './evidence-index';
import { isNear, isRounded } from './nearness';

/** Whether a measure is a unit of bytes, in small letters: `gb`, `mib`. */
export const isSizeMeasure = (measure: string): boolean => /^[kmgt]i?b$/.test(measure);

/** The numbers of some rows in a column like `size_mb`, and their sum, as bytes. */
export function inBytes(table: EvidenceTable, rows: EvidenceRow[]): number[] {
  return table.columns.flatMap((name, at) => {
    const unit = /(?:^|[^a-z])([kmgt])i?b(?:ytes)?$/i.exec(name)?.[1]?.toLowerCase();
    const power = unit ? 'kmgt'.indexOf(unit) + 1 : 0;
    const sum = rows.reduce((all, { cells }) => all + (numberOf(cells[at]) ?? 0), 0);
    return power > 0
      ? [...rows.map(({ cells }) => numberOf(cells[at]) ?? 0), sum].map((size) => size * 1000 ** power)
      : [];
  });
}

/** Whether a number of bytes is what a size in other units says: people write GB for both, and GiB for one. */
export function isSize({ number = 0, decimals = 0, measure = '', nearness }: Claim, bytes: number): boolean {
  const power = 'kmgt'.indexOf(measure[0] ?? 'k') + 1;
  const bases = measure[1] === 'i' ? [1024] : [1000, 1024];
  return bases.some((base) => {
    const exact = bytes / base ** power;
    return isRounded(exact, number, decimals) || (nearness !== undefined && isNear(exact, number, decimals, nearness));
  });
}
