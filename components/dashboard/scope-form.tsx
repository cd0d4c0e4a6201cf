import Link from 'next/link';
import { SEVERITIES, SOURCES, severityLabel, sourceLabel } from '@/components/labels/alert-labels';
import { Button } from '@/components/ui/button';
import { cx } from '@/components/ui/class-names';
import { DateField } from '@/components/ui/field';
import type { DashboardQuery, Range } from '@/lib/dashboard/schema';

const PRESETS = [
  { within: '7d', label: '7 days' },
  { within: '30d', label: '30 days' },
  { within: '90d', label: '90 days' },
] as const;
const SELECT = 'h-8 rounded-md border border-line-strong bg-surface px-2 text-sm';

/** The period and the filters as links and a plain form: all of it is in the URL. */
export function ScopeForm({ query, range }: { query: DashboardQuery; range: Range }) {
  const { severity = [], source = [] } = query;
  const chosen = query.from || query.to ? null : (query.within ?? '30d');
  const filters = {
    ...(severity.length ? { severity: severity.join(',') } : {}),
    ...(source.length ? { source: source.join(',') } : {}),
  };
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
      <nav aria-label="Period" className="flex gap-1 text-sm">
        {PRESETS.map(({ within, label }) => (
          <Link
            key={within}
            href={`/dashboard?${new URLSearchParams({ within, ...filters })}`}
            aria-current={chosen === within ? 'page' : undefined}
            className={cx(
              'rounded-md px-2.5 py-1',
              chosen === within ? 'bg-selected font-medium text-accent' : 'text-ink-2 hover:bg-hover',
            )}
          >
            {label}
          </Link>
        ))}
      </nav>
      <form action="/dashboard" className="flex flex-wrap items-center gap-2">
        <DateField label="From (UTC)" name="from" value={range.from} />
        <DateField label="To (UTC)" name="to" value={range.to} />
        <select name="severity" aria-label="Severity" defaultValue={severity.join(',')} className={SELECT}>
          <option value="">Any severity</option>
          {severity.length > 1 && <option value={severity.join(',')}>{severity.map(severityLabel).join(', ')}</option>}
          {SEVERITIES.map((value) => (
            <option key={value} value={value}>
              {severityLabel(value)}
            </option>
          ))}
        </select>
        <select name="source" aria-label="Source" defaultValue={source.join(',')} className={SELECT}>
          <option value="">Any source</option>
          {source.length > 1 && <option value={source.join(',')}>{source.map(sourceLabel).join(', ')}</option>}
          {SOURCES.map((value) => (
            <option key={value} value={value}>
              {sourceLabel(value)}
            </option>
          ))}
        </select>
        <Button type="submit">Apply</Button>
      </form>
    </div>
  );
}
