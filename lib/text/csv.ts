/** A cell of a CSV file: quoted where it must be, and never taken for a formula by a spreadsheet. */
function csvCell(value: string | number | boolean | null): string {
  const text = value === null ? '' : String(value);
  const safe = /^[=+\-@\t\r]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Rows as a CSV file. */
export const toCsv = (rows: (string | number | boolean | null)[][]): string =>
  rows.map((row) => `${row.map(csvCell).join(',')}\n`).join('');
