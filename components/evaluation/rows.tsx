import type { ReactNode } from 'react';
import { Scrollable } from '@/components/ui/scrollable';
import { Cell, HeaderCell, Table, TableHead, TableRow } from '@/components/ui/table';

/** A small table: a title, columns, rows of cells. */
export function Rows({
  title,
  columns,
  rows,
}: {
  title: string;
  columns: string[];
  rows: { key: string; cells: ReactNode[] }[];
}) {
  return (
    <section className="flex min-w-0 flex-col gap-2">
      <h2 className="font-semibold text-base">{title}</h2>
      <Scrollable label={title} className="max-h-[32rem] rounded-lg border border-line">
        <Table aria-label={title}>
          <TableHead>
            <tr>
              {columns.map((column) => (
                <HeaderCell key={column}>{column}</HeaderCell>
              ))}
            </tr>
          </TableHead>
          <tbody>
            {rows.map(({ key, cells }) => (
              <TableRow key={key}>
                {columns.map((column, index) => (
                  <Cell key={column} className="tabular-nums">
                    {cells[index]}
                  </Cell>
                ))}
              </TableRow>
            ))}
          </tbody>
        </Table>
      </Scrollable>
    </section>
  );
}
