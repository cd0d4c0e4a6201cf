import type { Headline } from '@/lib/dashboard/schema';
import { CellValue } from './cell-value';

/** The numbers to look at first. */
export function Headlines({ items }: { items: Headline[] }) {
  return (
    <dl className="grid grid-cols-2 gap-px overflow-clip rounded-lg border border-line bg-line sm:grid-cols-4 xl:grid-cols-7">
      {items.map(({ label, unit, ...cell }) => (
        <div
          key={label}
          className="flex flex-col-reverse justify-end gap-0.5 bg-surface px-3 py-2 last:col-span-2 xl:last:col-span-1"
        >
          <dt className="text-ink-2 text-xs">{label}</dt>
          <dd className="font-semibold text-xl tabular-nums [&>a]:justify-start">
            <CellValue cell={cell} unit={unit} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
