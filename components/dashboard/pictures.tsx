'use client';
import Link from 'next/link';
import { TechniqueMatrix } from '@/components/charts/attack-matrix';
import { type BarSeries, Bars } from '@/components/charts/bars';
import type { Technique } from '@/lib/attack/techniques';
import type { DashboardTable } from '@/lib/dashboard/schema';

const COLORS: Record<string, string> = {
  Alerts: 'var(--accent)',
  'Alerts closed': 'var(--good)',
  Cases: 'var(--model)',
  'Cases approved': 'var(--medium)',
  Same: 'var(--good)',
};

/** A table of numbers by day or week as bars: a series for each column that has a color. */
export function BarsOf({ table: { title, columns, rows } }: { table: DashboardTable }) {
  const shares = columns.some(({ unit }) => unit === 'share');
  const series = columns.flatMap(({ label, unit }, index): BarSeries[] => {
    if (unit !== (shares ? 'share' : 'count')) return [];
    const values = rows.map((row) => Number(row[index]?.value ?? 0));
    return [{ name: label, color: COLORS[label] ?? 'var(--accent)', values }];
  });
  return (
    <Bars
      label={`${title}: ${series.map(({ name }) => name).join(', ')}. The table below has the numbers.`}
      groups={rows.map((row) => String(row[0]?.value ?? ''))}
      series={series}
      format={shares ? 'share' : 'count'}
      {...(shares ? { max: 1 } : {})}
    />
  );
}

/** The techniques by tactic, with how many cases and alerts have each. */
export function MatrixOf({ table, techniques }: { table: DashboardTable; techniques: Technique[] }) {
  return (
    <TechniqueMatrix
      label="ATT&CK matrix of the period"
      caption="Techniques of the period by tactic, in the order of an attack"
      techniques={techniques}
      detailOf={({ id }) => {
        const row = table.rows.find(([first]) => first?.value === id) ?? [];
        return (
          <span className="flex flex-wrap gap-x-2">
            <Counted cell={row[2]} noun="malicious case" />
            <Counted cell={row[3]} noun="suspicious case" />
            <Counted cell={row[4]} noun="alert" />
          </span>
        );
      }}
    />
  );
}

function Counted({ cell, noun }: { cell: DashboardTable['rows'][number][number] | undefined; noun: string }) {
  const count = Number(cell?.value ?? 0);
  if (count === 0) return null;
  const text = `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
  if (!cell?.href) return <span>{text}</span>;
  return (
    <Link href={cell.href} className="inline-flex min-h-6 items-center text-accent hover:underline">
      {text}
    </Link>
  );
}
