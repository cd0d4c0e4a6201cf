'use client';
import { ChevronDown } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useApi } from '@/components/shell/use-api';
import { Button } from '@/components/ui/button';
import { cx } from '@/components/ui/class-names';
import { Menu, MenuCheck, MenuItem, MenuSeparator } from '@/components/ui/menu';
import { Unseen } from '@/components/ui/unseen';
import type { Facet } from '@/lib/alerts/count-alerts';
import { filterParams, type QueueQuery } from './query-state';

/** How many alerts each value of a filter has among those that the other filters show; read when its menu opens. */
function useValues(by: Facet, filters: QueueQuery, open: boolean) {
  const { data } = useApi(
    '/api/alerts/values',
    { query: { ...Object.fromEntries(filterParams(filters)), by } },
    { when: open },
  );
  const counts = new Map(data?.items.map(({ value, count }) => [value, count]));
  return { items: data?.items, countOf: (value: string) => (data ? (counts.get(value) ?? 0) : null) };
}

type FilterProps<T extends string> = {
  name: string;
  by: Facet;
  filters: QueueQuery;
  chosen: readonly T[];
  options: readonly T[];
  labelOf: (value: T) => string;
  drawn?: (value: T) => ReactNode;
  onChange: (chosen: T[] | null) => void;
};

/** Any of several; none chosen is no filter. */
export function Filter<T extends string>(props: FilterProps<T>) {
  const { name, by, filters, chosen, options, labelOf, drawn, onChange } = props;
  const [open, setOpen] = useState(false);
  const { countOf } = useValues(by, filters, open);
  const value = chosen.length === 1 && chosen[0] ? labelOf(chosen[0]) : chosen.length > 1 ? String(chosen.length) : '';
  return (
    <Menu trigger={<FilterButton name={name} value={value} />} open={open} onOpenChange={setOpen}>
      {options.map((option) => (
        <MenuCheck
          key={option}
          checked={chosen.includes(option)}
          onChange={(on) => {
            const next = options.filter((each) => (each === option ? on : chosen.includes(each)));
            onChange(next.length > 0 ? next : null);
          }}
        >
          <Counted count={countOf(option)}>{drawn?.(option) ?? labelOf(option)}</Counted>
        </MenuCheck>
      ))}
    </Menu>
  );
}

type ValueFilterProps = {
  name: string;
  by: Facet;
  filters: QueueQuery;
  chosen: string | null;
  onChange: (value: string | null) => void;
};

/** One of the values that the alerts have, the most frequent first. */
export function ValueFilter({ name, by, filters, chosen, onChange }: ValueFilterProps) {
  const [open, setOpen] = useState(false);
  const { items } = useValues(by, filters, open);
  return (
    <Menu trigger={<FilterButton name={name} value={chosen ?? ''} />} open={open} onOpenChange={setOpen}>
      <MenuItem onSelect={() => onChange(null)}>Any</MenuItem>
      <MenuSeparator />
      {items?.map(({ value, count }) => (
        <MenuItem key={value} onSelect={() => onChange(value)}>
          <Counted count={count}>
            <Unseen text={value} />
          </Counted>
        </MenuItem>
      ))}
      {items?.length === 0 && <p className="px-2 py-1 text-ink-3 text-xs">None in this list.</p>}
      {(items?.length ?? 0) >= 50 && (
        <p className="px-2 py-1 text-ink-3 text-xs">The 50 most frequent. Search for others.</p>
      )}
    </Menu>
  );
}

function Counted({ count, children }: { count: number | null; children: ReactNode }) {
  return (
    <span className="flex max-w-96 items-center justify-between gap-4">
      <span className="min-w-0 truncate">{children}</span>
      {count !== null && <span className="text-ink-3 text-xs tabular-nums">{count.toLocaleString('en')}</span>}
    </span>
  );
}

export function FilterButton({ name, value, ...trigger }: { name: string; value: string }) {
  return (
    <Button
      {...trigger}
      size="sm"
      className={cx('shrink-0 gap-1', value ? 'border-accent bg-accent-soft' : 'border-dashed text-ink-2')}
    >
      {name}
      {value && <span className="max-w-40 truncate text-accent">: {value}</span>}
      <ChevronDown aria-hidden className="size-3 text-ink-3" />
    </Button>
  );
}
