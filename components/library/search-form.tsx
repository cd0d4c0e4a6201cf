'use client';
import { X } from 'lucide-react';
import Link from 'next/link';
import { useRef } from 'react';
import { severityLabel, sourceLabel } from '@/components/labels/alert-labels';
import { CLASSIFICATIONS, classificationLabel } from '@/components/labels/case-labels';
import { useShortcuts } from '@/components/shell/shortcuts';
import { Button } from '@/components/ui/button';
import { buttonClass } from '@/components/ui/button-class';
import { cx } from '@/components/ui/class-names';
import { Input } from '@/components/ui/field';
import type { InvestigationQuery } from '@/lib/investigations/schema';

/** The list, which is chosen beside the title, and filters that come by a link from the dashboard: the form keeps them. */
const KEPT = ['status', 'assessment', 'openedFrom', 'openedTo', 'severity', 'source', 'proposed', 'model'] as const;
const ORIGIN = ['assessment', 'openedFrom', 'openedTo', 'severity', 'source', 'proposed', 'model'] as const;

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
        className={cx(SELECT, 'max-md:col-span-2')}
      >
        <option value="">Any classification</option>
        {CLASSIFICATIONS.map((value) => (
          <option key={value} value={value}>
            {classificationLabel(value)}
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
      {KEPT.map((name) => query[name] && <input key={name} type="hidden" name={name} value={query[name]} />)}
      <Button type="submit" variant="primary" className="max-md:col-span-2">
        Search
      </Button>
      <OriginFilters query={query} />
    </form>
  );
}

/** Each as a link that takes it away. */
function OriginFilters({ query }: { query: InvestigationQuery }) {
  const { cursor: _cursor, limit: _limit, ...filters } = query;
  const without = (...names: (typeof ORIGIN)[number][]): string => {
    const rest = Object.entries(filters).flatMap(([name, value]) =>
      value && !names.some((one) => one === name) ? [[name, value]] : [],
    );
    return `/library?${new URLSearchParams(rest)}`;
  };
  const { assessment, openedFrom, openedTo, severity, source, proposed, model } = query;
  const chips = [
    {
      label: (openedFrom || openedTo) && `Opened ${openedFrom ?? '…'} – ${openedTo ?? '…'}`,
      href: without('openedFrom', 'openedTo'),
    },
    { label: severity && `Severity: ${severityLabel(severity)}`, href: without('severity') },
    { label: source && `Source: ${sourceLabel(source)}`, href: without('source') },
    { label: proposed && `Model said: ${classificationLabel(proposed)}`, href: without('proposed') },
    { label: model && `Model: ${model}`, href: without('model') },
    { label: assessment && (assessment === 'set' ? 'Verdict set' : 'Verdict proposed'), href: without('assessment') },
  ].filter(({ label }) => label);
  if (chips.length === 0) return null;
  return (
    <ul aria-label="More filters" className="col-span-2 flex w-full flex-wrap gap-1.5">
      {chips.map(({ label, href }) => (
        <li key={href}>
          <Link href={href} className={cx(buttonClass('default', 'sm'), 'gap-1 border-accent bg-accent-soft')}>
            {label}
            <X aria-hidden className="size-3" />
            <span className="sr-only">Remove filter</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
