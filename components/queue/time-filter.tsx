'use client';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Dialog, DialogClose } from '@/components/ui/dialog';
import { Field, Input } from '@/components/ui/field';
import { Menu, MenuItem, MenuSeparator } from '@/components/ui/menu';
import { FilterButton } from './filter';
import type { QueueQuery } from './query-state';

const RANGES = [
  { value: '1h', label: 'Last hour' },
  { value: '24h', label: 'Last 24 hours' },
  { value: '7d', label: 'Last 7 days' },
  { value: '30d', label: 'Last 30 days' },
] as const;

type Range = { from: string | null; to: string | null; within: (typeof RANGES)[number]['value'] | null };
type TimeFilterProps = { query: QueueQuery; onChange: (range: Range) => void };

/** When the event happened: up to now, or between two moments in UTC. */
export function TimeFilter({ query: { from, to, within }, onChange }: TimeFilterProps) {
  const [asking, setAsking] = useState(false);
  const range = [from && shown(from), to && shown(to)];
  const value =
    RANGES.find((one) => one.value === within)?.label ?? (from || to ? `${range[0] ?? '…'} – ${range[1] ?? '…'}` : '');
  return (
    <>
      <Menu trigger={<FilterButton name="Time" value={value} />}>
        <MenuItem onSelect={() => onChange({ from: null, to: null, within: null })}>Any time</MenuItem>
        {RANGES.map((one) => (
          <MenuItem key={one.value} onSelect={() => onChange({ from: null, to: null, within: one.value })}>
            {one.label}
          </MenuItem>
        ))}
        <MenuSeparator />
        <MenuItem onSelect={() => setAsking(true)}>Custom range…</MenuItem>
      </Menu>
      <Dialog open={asking} onOpenChange={setAsking} title="Time of the event (UTC)" size="sm">
        <RangeForm
          from={from}
          to={to}
          onChange={(chosen) => {
            setAsking(false);
            onChange({ ...chosen, within: null });
          }}
        />
      </Dialog>
    </>
  );
}

type RangeFormProps = {
  from: string | undefined;
  to: string | undefined;
  onChange: (range: Pick<Range, 'from' | 'to'>) => void;
};

function RangeForm({ from, to, onChange }: RangeFormProps) {
  const [start, setStart] = useState(inputOf(from));
  const [end, setEnd] = useState(inputOf(to));
  const wrong = start !== '' && end !== '' && start > end;
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (!wrong) onChange({ from: start ? `${start}:00Z` : null, to: end ? `${end}:00Z` : null });
      }}
    >
      <Field label="From">
        {(control) => (
          <Input {...control} type="datetime-local" value={start} onChange={(event) => setStart(event.target.value)} />
        )}
      </Field>
      <Field label="To" error={wrong ? 'The end is before the start.' : undefined}>
        {(control) => (
          <Input {...control} type="datetime-local" value={end} onChange={(event) => setEnd(event.target.value)} />
        )}
      </Field>
      <div className="flex justify-end gap-2">
        <DialogClose>
          <Button>Cancel</Button>
        </DialogClose>
        <Button type="submit" variant="primary">
          Apply range
        </Button>
      </div>
    </form>
  );
}

/** `2024-05-20T12:00:00Z` as the input has it; a day begins at midnight. */
const inputOf = (value: string | undefined): string =>
  value === undefined ? '' : value.length === 10 ? `${value}T00:00` : new Date(value).toISOString().slice(0, 16);
const shown = (value: string): string => inputOf(value).replace('T', ' ');
