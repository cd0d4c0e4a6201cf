'use client';
import { keepPreviousData, type UseQueryResult, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { type ApiAnswer, api, apiUrl, type GetOptions, type PathOf } from './api';

type ReadOptions<T> = {
  /** false: not yet. */
  when?: boolean;
  /** What the server rendered the page with. Dropped when the page is left. */
  initial?: T;
  /** Milliseconds between reads while the window is visible. A function decides after each answer; false ends it. */
  every?: number | ((data: T | undefined) => number | false);
  /** Read again when it changes; the previous answer stays until the new one arrives. */
  version?: string | number;
  /** Stays on the page when the session has ended: for what the page asks by itself. */
  background?: boolean;
};

/** Reads a path of our API, cached by its URL. */
export function useApi<P extends PathOf<'GET'>>(
  path: P,
  request: Omit<GetOptions<P>, 'signal' | 'stay'>,
  options: ReadOptions<ApiAnswer<'GET', P>> = {},
): UseQueryResult<ApiAnswer<'GET', P>, Error> {
  const { when = true, initial, every, version, background = false } = options;
  const url = apiUrl(path, request);
  return useQuery<ApiAnswer<'GET', P>, Error>({
    queryKey: version === undefined ? ['api', url] : ['api', url, version],
    // The options of this path: only the compiler can't join them back together.
    queryFn: ({ signal }) => api.get(path, ...([{ ...request, signal, stay: background }] as never)),
    enabled: when,
    ...(initial === undefined ? {} : { initialData: initial as never, gcTime: 0 }), // an answer is no function
    ...(every === undefined
      ? {}
      : { refetchInterval: typeof every === 'number' ? every : (query) => every(query.state.data) }),
    ...(version === undefined ? {} : { placeholderData: keepPreviousData as never }),
  });
}

/** Reads a path again now, wherever it is shown. */
export function useReload() {
  const client = useQueryClient();
  return useCallback(
    <P extends PathOf<'GET'>>(path: P, request: Omit<GetOptions<P>, 'signal' | 'stay'>): Promise<void> =>
      client.invalidateQueries({ queryKey: ['api', apiUrl(path, request)] }),
    [client],
  );
}

/** Reads every path of these forms again, whatever their parameters, wherever they are shown. */
export function useReloadEach() {
  const client = useQueryClient();
  return useCallback(
    (paths: PathOf<'GET'>[]): Promise<void> => {
      const forms = paths.map((path) => new RegExp(`^${path.replace(/\{[^}]+\}/g, '[^/]+')}(\\?|$)`));
      return client.invalidateQueries({
        predicate: ({ queryKey: [scope, url] }) => scope === 'api' && forms.some((form) => form.test(String(url))),
      });
    },
    [client],
  );
}
