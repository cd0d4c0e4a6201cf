import Link from 'next/link';
import type { ReactNode } from 'react';
import { buttonClass } from '@/components/ui/button-class';
import { cx } from '@/components/ui/class-names';
import { Scrollable } from '@/components/ui/scrollable';
import { Cell, HeaderCell, Table, TableHead, TableRow } from '@/components/ui/table';
import type { DashboardTable } from '@/lib/dashboard/schema';
import { CellValue, isNumeric } from './cell-value';

type TableSectionProps = {
  table: DashboardTable;
  /** The filters in the URL, for the CSV file. */
  search: string;
  /** A picture of the table, above it. */
  children?: ReactNode;
  /** The picture says it all: the table opens on request. */
  isFolded?: boolean;
};

/** A table with what it counts, its CSV file, and the next step when it is empty. */
export function TableSection({ table, search, children, isFolded = false }: TableSectionProps) {
  const { name, title, about, rows, empty } = table;
  return (
    <section
      aria-labelledby={`table-${name}`}
      data-testid={`dashboard-${name}`}
      className="flex min-w-0 flex-col gap-2"
    >
      <div className="flex items-start gap-3">
        <div className="min-w-0 flex-1">
          <h2 id={`table-${name}`} className="font-semibold text-base">
            {title}
          </h2>
          <p className="max-w-3xl text-ink-2 text-xs">{about}</p>
        </div>
        {rows.length > 0 && (
          <a
            className={buttonClass('quiet', 'sm')}
            href={`/api/dashboard.csv?${new URLSearchParams([...new URLSearchParams(search), ['table', name]])}`}
            aria-label={`Download ${title} as CSV`}
            download
          >
            CSV
          </a>
        )}
      </div>
      {rows.length === 0 ? (
        <p className="rounded-lg border border-line border-dashed px-3 py-4 text-ink-2 text-sm">
          {empty.text}{' '}
          <Link href={empty.href} className="text-accent underline underline-offset-2">
            {empty.action}
          </Link>
        </p>
      ) : (
        <>
          {children}
          {isFolded ? (
            <details>
              <summary className="min-h-6 w-fit cursor-pointer text-ink-2 text-xs">Numbers by day</summary>
              <DataTable table={table} />
            </details>
          ) : (
            <DataTable table={table} />
          )}
        </>
      )}
    </section>
  );
}

function DataTable({ table: { name, title, columns, rows } }: { table: DashboardTable }) {
  return (
    <Scrollable label={title} className="max-h-96 rounded-lg border border-line">
      <Table aria-label={title}>
        <TableHead>
          <tr>
            {columns.map(({ label, unit }) => (
              <HeaderCell key={label} className={isNumeric(unit) ? 'text-right' : ''}>
                {label}
              </HeaderCell>
            ))}
          </tr>
        </TableHead>
        <tbody>
          {rows.map((row, number) => (
            <TableRow key={number}>
              {columns.map(({ label, unit }, index) => (
                <Cell
                  key={label}
                  className={cx(
                    isNumeric(unit)
                      ? 'whitespace-nowrap text-right tabular-nums'
                      : cx(unit === 'text' ? 'min-w-48' : 'min-w-28', '[overflow-wrap:anywhere]'),
                    name === 'verdicts' && matrixTone(number, index - 1, row[index]?.value ?? null, columns.length),
                  )}
                >
                  <CellValue cell={row[index] ?? { value: null }} unit={unit} />
                </Cell>
              ))}
            </TableRow>
          ))}
        </tbody>
      </Table>
    </Scrollable>
  );
}

/** Of the matrix of verdicts: where both agree, and where they don't. */
function matrixTone(row: number, column: number, value: string | number | null, columns: number): string {
  if (column < 0 || column >= columns - 2 || value === 0) return '';
  return row === column ? 'bg-good-soft' : 'bg-bad-soft';
}
