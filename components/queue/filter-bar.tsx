'use client';
import { Layers, Search, X } from 'lucide-react';
import { type RefObject, useState } from 'react';
import {
  ALERT_STATUSES,
  CASE_STATE_LABEL,
  CASE_STATES,
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
import { Input } from '@/components/ui/field';
import { Menu, MenuItem, MenuSeparator } from '@/components/ui/menu';
import { Select } from '@/components/ui/select';
import { Spinner } from '@/components/ui/spinner';
import type { Person } from '@/lib/alerts/schema';
import { Filter, FilterButton, ValueFilter } from './filter';
import { isFiltered, type QueueQuery, SORTS, type useQueueQuery } from './query-state';
import { TimeFilter } from './time-filter';

export type Counts = { open: number; mine: number; unassigned: number; most: number };
type FilterBarProps = {
  queue: ReturnType<typeof useQueueQuery>;
  people: Person[];
  me: Person;
  searchRef: RefObject<HTMLInputElement | null>;
};

/** Free text, filters and order; all of it is in the URL. */
export function FilterBar({ queue, people, me, searchRef }: FilterBarProps) {
  const { query, setFilters, clear, pending } = queue;
  const filters = toFilters(query);
  return (
    <search className="flex flex-wrap items-center gap-1.5 md:flex-nowrap md:items-start" aria-label="Alerts">
      <SearchBox queue={queue} inputRef={searchRef} />
      <div className="flex min-w-0 flex-1 items-center gap-1.5 p-0.5 max-md:-mx-1 max-md:overflow-x-auto md:flex-wrap">
        <ListFilters queue={queue} filters={filters} people={people} me={me} />
        {isFiltered(filters) && (
          <Button size="sm" variant="quiet" onClick={clear}>
            <X aria-hidden className="size-3.5" />
            Clear
          </Button>
        )}
        <span className="ml-auto flex items-center gap-2">
          {pending && <Spinner className="text-ink-3" />}
          <Button
            size="sm"
            aria-pressed={query.group === true}
            className={query.group ? 'border-accent bg-accent-soft text-accent' : ''}
            onClick={() => setFilters({ group: query.group ? null : true })}
          >
            <Layers aria-hidden className="size-3.5" />
            Group related
          </Button>
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

type ListFiltersProps = { queue: FilterBarProps['queue']; filters: QueueQuery; people: Person[]; me: Person };

function ListFilters(props: ListFiltersProps) {
  return (
    <>
      <UrgencyFilters {...props} />
      <SubjectFilters {...props} />
      <WorkFilters {...props} />
    </>
  );
}

/** How far an alert is, how bad, and since when. */
function UrgencyFilters({ queue: { query, setFilters }, filters }: ListFiltersProps) {
  return (
    <>
      <Filter
        name="Status"
        by="status"
        filters={filters}
        chosen={query.status ?? []}
        options={ALERT_STATUSES}
        labelOf={(value) => STATUS_LABEL[value]}
        onChange={(status) => setFilters({ status })}
      />
      <Filter
        name="Severity"
        by="severity"
        filters={filters}
        chosen={query.severity ?? []}
        options={SEVERITIES}
        labelOf={severityLabel}
        drawn={(value) => <SeverityTag severity={value} />}
        onChange={(severity) => setFilters({ severity })}
      />
      <TimeFilter query={filters} onChange={setFilters} />
      <ReceivedFilter query={filters} onChange={setFilters} />
      <Menu trigger={<FilterButton name="Due" value={query.sla ? SLA_LABEL[query.sla] : ''} />}>
        <MenuItem onSelect={() => setFilters({ sla: null })}>Any</MenuItem>
        <MenuItem onSelect={() => setFilters({ sla: 'late' })}>{SLA_LABEL.late}</MenuItem>
        <MenuItem onSelect={() => setFilters({ sla: 'met' })}>{SLA_LABEL.met}</MenuItem>
      </Menu>
    </>
  );
}

/** What it is about. */
function SubjectFilters({ queue: { query, setFilters }, filters }: ListFiltersProps) {
  return (
    <>
      <ValueFilter
        name="Rule"
        by="rule"
        filters={filters}
        chosen={query.rule}
        onChange={(rule) => setFilters({ rule })}
      />
      <ValueFilter
        name="Entity"
        by="entity"
        filters={filters}
        chosen={query.entity}
        onChange={(entity) => setFilters({ entity })}
      />
      <ValueFilter
        name="Technique"
        by="technique"
        filters={filters}
        chosen={query.technique?.[0] ?? null}
        onChange={(technique) => setFilters({ technique: technique === null ? null : [technique] })}
      />
    </>
  );
}

/** Where it came from, who works on it, and what came of it. */
function WorkFilters({ queue: { query, setFilters }, filters, people, me }: ListFiltersProps) {
  return (
    <>
      <Filter
        name="Case"
        by="case"
        filters={filters}
        chosen={query.case ?? []}
        options={CASE_STATES}
        labelOf={(value) => CASE_STATE_LABEL[value]}
        onChange={(state) => setFilters({ case: state })}
      />
      <Filter
        name="Source"
        by="source"
        filters={filters}
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
        by="disposition"
        filters={filters}
        chosen={query.disposition ?? []}
        options={DISPOSITIONS}
        labelOf={(value) => DISPOSITION[value].label}
        // Only closed alerts have a disposition.
        onChange={(disposition) =>
          setFilters({ disposition, ...(disposition && !query.status ? { status: ['closed' as const] } : {}) })
        }
      />
    </>
  );
}

const SLA_LABEL = { met: 'On time', late: 'Overdue or closed late' };

/** A period that a link set; it can only be taken away here. */
function ReceivedFilter({
  query: { receivedFrom, receivedTo },
  onChange,
}: {
  query: QueueQuery;
  onChange: (range: { receivedFrom: null; receivedTo: null }) => void;
}) {
  if (!receivedFrom && !receivedTo) return null;
  const shown = (value: string | undefined): string => value?.slice(0, 16).replace('T', ' ') ?? '…';
  return (
    <Button
      size="sm"
      className="shrink-0 gap-1 border-accent bg-accent-soft"
      onClick={() => onChange({ receivedFrom: null, receivedTo: null })}
    >
      Received
      <span className="text-accent">
        : {shown(receivedFrom)} – {shown(receivedTo)}
      </span>
      <X aria-hidden className="size-3" />
      <span className="sr-only">Remove filter</span>
    </Button>
  );
}

/** What nuqs reads, as the page's query: null is no filter. */
function toFilters(query: FilterBarProps['queue']['query']): QueueQuery {
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== null)) as QueueQuery; // its own parsers made it
}

function SearchBox({ queue, inputRef }: { queue: FilterBarProps['queue']; inputRef: FilterBarProps['searchRef'] }) {
  // What is being typed; otherwise what the URL says.
  const [typed, setTyped] = useState<string | null>(null);
  return (
    <div className="relative w-full md:my-0.5 md:w-64">
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
