import Link from 'next/link';
import { SEVERITIES, SeverityTag, sourceLabel } from '@/components/labels/alert-labels';
import { CLASSIFICATIONS, ClassificationTag } from '@/components/labels/case-labels';
import { Time } from '@/components/ui/time';
import { Unseen } from '@/components/ui/unseen';
import type { DashboardCell, Unit } from '@/lib/dashboard/schema';
import { spanOf } from '@/lib/time/time';

/** Units whose columns are numbers: aligned right. */
export const isNumeric = (unit: Unit): boolean => ['count', 'share', 'minutes', 'usd'].includes(unit);

/** A number as people read it; a dash for what is not known. */
export function formatNumber(value: DashboardCell['value'], unit: Unit): string {
  if (typeof value !== 'number') return value ?? '–';
  if (unit === 'share') return `${Math.round(value * 100)} %`;
  if (unit === 'minutes') return spanOf(value * 60_000);
  if (unit === 'usd') return `$${value.toFixed(2)}`;
  return value.toLocaleString('en', { maximumFractionDigits: 1 });
}

/** A cell by its unit, as a link where it leads somewhere. */
export function CellValue({ cell: { value, href }, unit }: { cell: DashboardCell; unit: Unit }) {
  if (unit === 'action' && value === null) return null;
  const shown = shownOf(value, unit);
  if (!href) return shown;
  return (
    <Link href={href} className="inline-flex min-h-6 min-w-6 items-center justify-end text-accent hover:underline">
      {shown}
    </Link>
  );
}

function shownOf(value: DashboardCell['value'], unit: Unit) {
  if (typeof value !== 'string') return formatNumber(value, unit);
  const severity = SEVERITIES.find((name) => name === value);
  if (unit === 'group') return severity ? <SeverityTag severity={severity} /> : sourceLabel(value);
  if (unit === 'classification') {
    return <ClassificationTag value={CLASSIFICATIONS.find((name) => name === value) ?? null} />;
  }
  if (unit === 'time') return <Time value={value} show="utc" />;
  return unit === 'technique' ? <span className="font-mono">{value}</span> : <Unseen text={value} />;
}
