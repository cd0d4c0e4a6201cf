'use client';
import { debounce, parseAsArrayOf, parseAsString, parseAsStringLiteral, useQueryState, useQueryStates } from 'nuqs';
import { useTransition } from 'react';
import { ALERT_STATUSES, DISPOSITIONS, SEVERITIES, SOURCES } from '@/components/labels/alert-labels';
import type { AlertQuery } from '@/lib/alerts/schema';

/** What the page needs of the parsed URL. */
export type QueueQuery = Pick<
  AlertQuery,
  'status' | 'severity' | 'source' | 'assignee' | 'disposition' | 'q' | 'sort' | 'cursor'
>;

const PARSERS = {
  status: parseAsArrayOf(parseAsStringLiteral(ALERT_STATUSES)),
  severity: parseAsArrayOf(parseAsStringLiteral(SEVERITIES)),
  source: parseAsArrayOf(parseAsStringLiteral(SOURCES)),
  assignee: parseAsString,
  disposition: parseAsArrayOf(parseAsStringLiteral(DISPOSITIONS)),
  q: parseAsString,
  sort: parseAsStringLiteral(['severity', 'time', 'received'] satisfies AlertQuery['sort'][]),
  cursor: parseAsString,
};

/**
 * The filters in the URL. A change asks the server for the first page of the new list
 * and is a step in the browser's history.
 */
export function useQueueQuery() {
  const [pending, startTransition] = useTransition();
  const [query, setQuery] = useQueryStates(PARSERS, {
    shallow: false,
    history: 'push',
    scroll: false,
    startTransition,
  });
  type Filters = Partial<{ [key in keyof typeof query]: (typeof query)[key] }>;
  return {
    query,
    pending,
    setFilters: (filters: Filters) => setQuery({ cursor: null, ...filters }),
    setSearch: (q: string) =>
      setQuery({ cursor: null, q: q.trim() === '' ? null : q }, { history: 'replace', limitUrlUpdates: debounce(300) }),
    clear: () =>
      setQuery({
        status: null,
        severity: null,
        source: null,
        assignee: null,
        disposition: null,
        q: null,
        cursor: null,
      }),
  };
}

/** The previewed alert in the URL, so that it can be shared. The list is not reloaded for it. */
export function usePreviewId() {
  return useQueryState('alert', parseAsString.withOptions({ shallow: true, history: 'replace', scroll: false }));
}

/** The query as the API takes it, without cursor: for counting what is new in the same list. */
export function filterParams(query: QueueQuery): URLSearchParams {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (key === 'cursor' || value === undefined || value === null) continue;
    params.set(key, Array.isArray(value) ? value.join(',') : value);
  }
  return params;
}
