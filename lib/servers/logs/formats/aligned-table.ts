import { findTime } from '../find-time';
import type { Format, Head } from './format';
import { fieldsOf, lineFormat } from './lines';
import { textDateOrder } from './text-dates';

type Column = { name: string; start: number };

const HEADER = /^[A-Z][A-Z0-9_%()/-]*(?: [A-Z0-9_%()/-]+)*(?: {2,}[A-Z][A-Z0-9_%()/-]*(?: [A-Z0-9_%()/-]+)*){2,}\s*$/;
const MAX_LINE = 8192;
const MIN_SHARE = 0.9;

/** Columns under a header in capitals, as `kubectl get`, `docker ps` and `podman` print them. */
export const alignedTable: Format = lineFormat({
  id: 'table',
  timeField: 'line',
  keepsLine: true,
  sign: (head) => columnsOf(head) !== null,
  parser: (head) => {
    const columns = columnsOf(head) ?? [];
    const header = head.lines[0]?.trimEnd();
    return (line) => {
      if (line.trimEnd() === header) return undefined;
      if (line.length > MAX_LINE || !isAligned(line, columns)) return null;
      const cells = columns.map(({ start }, index) => line.slice(start, columns[index + 1]?.start).trim());
      const names = columns.map(({ name }) => name);
      return { fields: fieldsOf(names, cells), time: findTime(line, head.mtimeMs, textDateOrder(head)) ?? null };
    };
  },
});

/** The columns of the header that the text begins with; null where the lines below don't keep to them. */
function columnsOf({ lines: [header = '', ...rows] }: Head): Column[] | null {
  if (header.length > MAX_LINE || !HEADER.test(header)) return null;
  const columns = [...header.matchAll(/\S+(?: \S+)*/g)].map((match) => ({ name: match[0], start: match.index }));
  const filled = rows.filter((row) => row.trim() !== '');
  const aligned = filled.filter((row) => isAligned(row, columns)).length;
  return aligned > 0 && aligned >= filled.length * MIN_SHARE ? columns : null;
}

/** Whether a blank stands before each column that the line reaches. */
const isAligned = (line: string, columns: Column[]): boolean =>
  /^\S/.test(line) &&
  columns.slice(1).every(({ start }) => line.length <= start || line[start - 1] === ' ') &&
  line.length > (columns[1]?.start ?? 0);
