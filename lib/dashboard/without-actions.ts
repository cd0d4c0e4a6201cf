import type { DashboardTable } from './schema';

/** A table for paper and files: without the columns that only lead to a next step. */
export function withoutActions(table: DashboardTable): DashboardTable {
  const keeps = table.columns.map(({ unit }) => unit !== 'action');
  return {
    ...table,
    columns: table.columns.filter((_, index) => keeps[index]),
    rows: table.rows.map((row) => row.filter((_, index) => keeps[index])),
  };
}
