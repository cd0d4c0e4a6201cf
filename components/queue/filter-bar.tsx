'use client';
import { ChevronDown, Search, X } from 'lucide-react';
import type { ReactNode, RefObject } from 'react';
import { useState } from 'react';
import {
  ALERT_STATUSES,
  DISPOSITION,
  DISPOSITIONS,
  SEVERITIES,
  SeverityTag,
  SOURCES,
  STATUS_LABEL,
  severityLabel,
  sourceLabel,
} from '@/components/labels/alert-labels';
import { Button } from '@/components/ui/button';
import { cx } from '@/components/ui/class-names';
import { Input } from '@/components/ui/field';
import { Menu, MenuCheck, MenuItem, MenuSeparator } from '@/components/ui/menu';
import { Select } from '@/components/ui/select';
import { Spinner } from '@/components/ui/spinner';
import type { Person } from '@/lib/alerts/schema';
import type { useQueueQuery } from './query-state';

export type Counts = { open: number; mine: number; unassigned: number };
type FilterBarProps = {
  queue: ReturnType<typeof useQueueQuery>;
  people: Person[];
  me: Person;
  searchRef: RefObject<HTMLInputElement | null>;
};

const SORTS = [
  { value: 'severity', label: 'Severity' },
  { value: 'time', label: 'Newest event' },
  { value: 'received', label: 'Newest received' },
] as const;

/** Free text, filters and order; all of it is in the URL. */
export function FilterBar({ queue, people, me, searchRef }: FilterBarProps) {
  const { query, setFilters, clear, pending } = queue;
  const filtered = Boolean(
    query.severity || query.source || query.disposition || query.status || query.assignee || query.q,
  );
  return (
    <search className="flex flex-wrap items-center gap-1.5 md:flex-nowrap" aria-label="Alerts">
      <SearchBox queue={queue} inputRef={searchRef} />
      <div className="flex min-w-0 flex-1 items-center gap-1.5 overflow-x-auto p-0.5 max-md:-mx-1">
        <Filter
          name="Status"
          chosen={query.status ?? []}
          options={ALERT_STATUSES}
          labelOf={(value) => STATUS_LABEL[value]}
          onChange={(status) => setFilters({ status })}
        />
        <Filter
          name="Severity"
          chosen={query.severity ?? []}
          options={SEVERITIES}
          labelOf={severityLabel}
          drawn={(value) => <SeverityTag severity={value} />}
          onChange={(severity) => setFilters({ severity })}
        />
        <Filter
          name="Source"
          chosen={query.source ?? []}
          options={SOURCES}
          labelOf={sourceLabel}
          onChange={(source) => setFilters({ source })}
        />
        <AssigneeFilter
          chosen={query.assignee}
          people={people}
          me={me}
          onChange={(assignee) => setFilters({ assignee })}
        />
        <Filter
          name="Disposition"
          chosen={query.disposition ?? []}
          options={DISPOSITIONS}
          labelOf={(value) => DISPOSITION[value].label}
          // Only closed alerts have a disposition.
          onChange={(disposition) =>
            setFilters({ disposition, ...(disposition && !query.status ? { status: ['closed' as const] } : {}) })
          }
        />
        {filtered && (
          <Button size="sm" variant="quiet" onClick={clear}>
            <X aria-hidden className="size-3.5" />
            Clear
          </Button>
        )}
        <span className="ml-auto flex items-center gap-2">
          {pending && <Spinner className="text-ink-3" />}
          <Select
            size="sm"
            label="Sort"
            showLabel
            options={SORTS}
            value={query.sort ?? 'severity'}
            onChange={(sort) => setFilters({ sort: sort === 'severity' ? null : sort })}
          />
        </span>
      </div>
    </search>
  );
}

function SearchBox({ queue, inputRef }: { queue: FilterBarProps['queue']; inputRef: FilterBarProps['searchRef'] }) {
  // What is being typed; otherwise what the URL says.
  const [typed, setTyped] = useState<string | null>(null);
  return (
    <div className="relative w-full md:w-64">
      <Search
        aria-hidden
        className="pointer-events-none absolute top-1/2 left-2 size-3.5 -translate-y-1/2 text-ink-3"
      />
      <Input
        ref={inputRef}
        type="search"
        aria-label="Search alerts"
        placeholder="Title, rule, indicator…"
        maxLength={300}
        value={typed ?? queue.query.q ?? ''}
        className="h-7 pl-7"
        onChange={(event) => {
          setTyped(event.target.value);
          void queue.setSearch(event.target.value);
        }}
        onBlur={() => setTyped(null)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' && event.key !== 'Enter') return;
          event.preventDefault(); // Escape empties a search field, and the list is wanted as it was found
          event.currentTarget.blur();
        }}
      />
    </div>
  );
}

type FilterProps<T extends string> = {
  name: string;
  chosen: readonly T[];
  options: readonly T[];
  labelOf: (value: T) => string;
  drawn?: (value: T) => ReactNode;
  onChange: (chosen: T[] | null) => void;
};

/** Any of several; none chosen is no filter. */
function Filter<T extends string>({ name, chosen, options, labelOf, drawn, onChange }: FilterProps<T>) {
  const value = chosen.length === 1 && chosen[0] ? labelOf(chosen[0]) : chosen.length > 1 ? String(chosen.length) : '';
  return (
    <Menu trigger={<FilterButton name={name} value={value} />}>
      {options.map((option) => (
        <MenuCheck
          key={option}
          checked={chosen.includes(option)}
          onChange={(on) => {
            const next = options.filter((each) => (each === option ? on : chosen.includes(each)));
            onChange(next.length > 0 ? next : null);
          }}
        >
          {drawn?.(option) ?? labelOf(option)}
        </MenuCheck>
      ))}
    </Menu>
  );
}

type AssigneeFilterProps = {
  chosen: string | null;
  people: Person[];
  me: Person;
  onChange: (chosen: string | null) => void;
};

function AssigneeFilter({ chosen, people, me, onChange }: AssigneeFilterProps) {
  const name = people.find(({ id }) => id === chosen)?.name;
  const value = chosen === null ? '' : chosen === 'me' ? 'Me' : chosen === 'none' ? 'Unassigned' : (name ?? 'Unknown');
  return (
    <Menu trigger={<FilterButton name="Assignee" value={value} />}>
      <MenuItem onSelect={() => onChange(null)}>Anyone</MenuItem>
      <MenuItem onSelect={() => onChange('me')}>Me</MenuItem>
      <MenuItem onSelect={() => onChange('none')}>Unassigned</MenuItem>
      <MenuSeparator />
      {people
        .filter(({ id }) => id !== me.id)
        .map((person) => (
          <MenuItem key={person.id} onSelect={() => onChange(person.id)}>
            {person.name}
          </MenuItem>
        ))}
    </Menu>
  );
}

function FilterButton({ name, value, ...trigger }: { name: string; value: string }) {
  return (
    <Button
      {...trigger}
      size="sm"
      className={cx('gap-1', value ? 'border-accent bg-accent-soft' : 'border-dashed text-ink-2')}
    >
      {name}
      {value && <span className="text-accent">: {value}</span>}
      <ChevronDown aria-hidden className="size-3 text-ink-3" />
    </Button>
  );
}
