'use client';
import Link from 'next/link';
import { TechniqueMatrix } from '@/components/charts/attack-matrix';
import { type BarSeries, Bars } from '@/components/charts/bars';
import { Sparkline } from '@/components/charts/sparkline';
import { SEVERITIES, SeverityTag, severityLabel } from '@/components/labels/alert-labels';
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

/** A table of a day a row and a severity a column as a small line for each severity. */
export function SparklinesOf({ table: { columns, rows } }: { table: DashboardTable }) {
  const series = columns.flatMap(({ label }, index) => {
    const severity = SEVERITIES.find((name) => name === label.toLowerCase());
    return severity ? [{ severity, values: rows.map((row) => Number(row[index]?.value ?? 0)) }] : [];
  });
  return (
    <ul className="flex flex-wrap gap-x-8 gap-y-2">
      {series.map(({ severity, values }) => (
        <li key={severity} className="flex items-center gap-2 text-sm">
          <span className="w-20">
            <SeverityTag severity={severity} />
          </span>
          <Sparkline
            label={`${severityLabel(severity)}: ${values.at(-1) ?? 0} open now, between ${Math.min(...values)} and ${Math.max(...values)} in ${values.length} days.`}
            values={values}
            color={`var(--${severity})`}
          />
          <span aria-hidden className="tabular-nums">
            {(values.at(-1) ?? 0).toLocaleString('en')}
          </span>
        </li>
      ))}
    </ul>
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
          <span className="flex flex-wrap gap-x-2 gap-y-1">
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
