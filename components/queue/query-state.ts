'use client';
import {
  debounce,
  parseAsArrayOf,
  parseAsBoolean,
  parseAsString,
  parseAsStringLiteral,
  useQueryState,
  useQueryStates,
} from 'nuqs';
import { useTransition } from 'react';
import { ALERT_STATUSES, CASE_STATES, DISPOSITIONS, SEVERITIES, SOURCES } from '@/components/labels/alert-labels';
import type { AlertFilter, AlertQuery } from '@/lib/alerts/schema';

/** What the page needs of the parsed URL. `group`: related alerts as one row each. */
export type QueueQuery = Omit<AlertQuery, 'limit'> & { group?: boolean };

export const SORTS = [
  { value: 'severity', label: 'Severity' },
  { value: 'sla', label: 'Due first' },
  { value: 'age', label: 'Oldest first' },
  { value: 'time', label: 'Newest event' },
  { value: 'received', label: 'Newest received' },
  { value: 'status', label: 'Status' },
  { value: 'assignee', label: 'Assignee' },
  { value: 'source', label: 'Source' },
] as const satisfies { value: AlertQuery['sort']; label: string }[];

const WITHIN = ['1h', '24h', '7d', '30d'] as const satisfies AlertQuery['within'][];

const PARSERS = {
  status: parseAsArrayOf(parseAsStringLiteral(ALERT_STATUSES)),
  severity: parseAsArrayOf(parseAsStringLiteral(SEVERITIES)),
  source: parseAsArrayOf(parseAsStringLiteral(SOURCES)),
  assignee: parseAsString,
  disposition: parseAsArrayOf(parseAsStringLiteral(DISPOSITIONS)),
  rule: parseAsString,
  technique: parseAsArrayOf(parseAsString),
  entity: parseAsString,
  from: parseAsString,
  to: parseAsString,
  within: parseAsStringLiteral(WITHIN),
  receivedFrom: parseAsString,
  receivedTo: parseAsString,
  sla: parseAsStringLiteral(['met', 'late'] satisfies AlertQuery['sla'][]),
  case: parseAsArrayOf(parseAsStringLiteral(CASE_STATES)),
  q: parseAsString,
  sort: parseAsStringLiteral(SORTS.map(({ value }) => value)),
  group: parseAsBoolean,
  cursor: parseAsString,
};

/** What is no filter: the order, the form and the page of a list. */
const FORM = ['sort', 'group', 'cursor'];

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
      setQuery(
        Object.fromEntries(
          Object.keys(PARSERS).flatMap((key) => (FORM.includes(key) && key !== 'cursor' ? [] : [[key, null]])),
        ),
      ),
  };
}

/** The previewed alert in the URL, so that it can be shared. The list is not reloaded for it. */
export function usePreviewId() {
  return useQueryState('alert', parseAsString.withOptions({ shallow: true, history: 'replace', scroll: false }));
}

/** The filters as the API takes them, without order and page. */
export function filterParams(query: QueueQuery): URLSearchParams {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (FORM.includes(key) || value === undefined || value === null) continue;
    params.set(key, Array.isArray(value) ? value.join(',') : String(value));
  }
  return params;
}

/** What a saved view keeps: filters, order and form, without the page. */
export function viewParams(query: QueueQuery): URLSearchParams {
  const params = filterParams(query);
  if (query.sort !== 'severity') params.set('sort', query.sort);
  if (query.group) params.set('group', 'true');
  return params;
}

/** The filters as the body of a request takes them. */
export function filterBody(query: QueueQuery): AlertFilter {
  const { sort: _sort, group: _group, cursor: _cursor, ...filter } = query;
  return filter;
}

/** Whether anything is filtered. */
export const isFiltered = (query: QueueQuery): boolean => [...filterParams(query).values()].some(Boolean);
