'use client';
import { debounce, parseAsArrayOf, parseAsString, parseAsStringLiteral, useQueryState, useQueryStates } from 'nuqs';
import { useTransition } from 'react';
import { ALERT_SOURCES, AlertQuery, AlertStatus, Disposition, SEVERITIES } from '@/lib/alerts/schema';

/** What the page needs of the parsed address. */
export type QueueQuery = Pick<
  AlertQuery,
  'status' | 'severity' | 'source' | 'assignee' | 'disposition' | 'q' | 'sort' | 'cursor'
>;

const PARSERS = {
  status: parseAsArrayOf(parseAsStringLiteral(AlertStatus.options)),
  severity: parseAsArrayOf(parseAsStringLiteral(SEVERITIES)),
  source: parseAsArrayOf(parseAsStringLiteral(ALERT_SOURCES)),
  assignee: parseAsString,
  disposition: parseAsArrayOf(parseAsStringLiteral(Disposition.options)),
  q: parseAsString,
  sort: parseAsStringLiteral(AlertQuery.shape.sort.unwrap().options),
  cursor: parseAsString,
};

/**
 * The filters in the address. A change asks the server for the first page of the new list
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

/** The previewed alert in the address: a link to it can be passed on. The list isn't loaded anew for it. */
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
