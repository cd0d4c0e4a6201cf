'use client';
import { useRef } from 'react';
import {
  CASE_STATUS_LABEL,
  CASE_STATUSES,
  CLASSIFICATIONS,
  classificationLabel,
} from '@/components/labels/case-labels';
import { useShortcuts } from '@/components/shell/shortcuts';
import { Button } from '@/components/ui/button';
import { Input } from '@/components/ui/field';
import type { InvestigationQuery } from '@/lib/investigations/schema';

const SELECT = 'h-8 rounded-md border border-line-strong bg-surface px-2 text-sm';

/** The library's filters as a plain form: each ends up in the URL, and it works before any script has loaded. */
export function SearchForm({ query }: { query: InvestigationQuery }) {
  const search = useRef<HTMLInputElement>(null);
  useShortcuts([{ keys: '/', label: 'Search the library', group: 'Library', run: () => search.current?.focus() }]);
  return (
    <form action="/library" className="grid grid-cols-2 items-center gap-2 md:flex md:flex-wrap">
      <Input
        ref={search}
        type="search"
        name="q"
        aria-label="Search the library"
        placeholder="Words, “exact phrases”, indicators…"
        defaultValue={query.q ?? ''}
        className="col-span-2 min-w-0 flex-1 basis-56"
      />
      <select
        name="classification"
        aria-label="Classification"
        defaultValue={query.classification ?? ''}
        className={SELECT}
      >
        <option value="">Any classification</option>
        {CLASSIFICATIONS.map((value) => (
          <option key={value} value={value}>
            {classificationLabel(value)}
          </option>
        ))}
      </select>
      <select name="status" aria-label="Status" defaultValue={query.status ?? ''} className={SELECT}>
        <option value="">Any status</option>
        {CASE_STATUSES.map((value) => (
          <option key={value} value={value}>
            {CASE_STATUS_LABEL[value]}
          </option>
        ))}
      </select>
      <Input
        name="technique"
        aria-label="ATT&CK technique"
        placeholder="T1078"
        defaultValue={query.technique ?? ''}
        className="md:w-24"
      />
      <Input
        name="entity"
        aria-label="Entity, full or partial"
        placeholder="Entity"
        defaultValue={query.entity ?? ''}
        className="md:w-36"
      />
      <Button type="submit" variant="primary" className="max-md:col-span-2">
        Search
      </Button>
    </form>
  );
}
