'use client';
import { keepPreviousData, type UseQueryResult, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { callApi } from './call-api';

type ApiOptions<T> = {
  /** What the server rendered the page with; read again when the window is looked at anew. Dropped when the page is left. */
  initial?: T;
  /** Milliseconds between reads while the window is visible. A function decides after each answer; false ends it. */
  every?: number | ((data: T | undefined) => number | false);
  /** Read again when it changes; the answer before stays until the new one is there. */
  version?: string | number;
  /** Stays on the page when the person is signed out meanwhile: for what the page asks by itself. */
  background?: boolean;
};

/** Reads a path of our API, cached by path. null: not yet. */
export function useApi<T>(path: string | null, options: ApiOptions<T> = {}): UseQueryResult<T, Error> {
  const { initial, every, version, background = false } = options;
  return useQuery<T, Error>({
    queryKey: version === undefined ? ['api', path] : ['api', path, version],
    queryFn: ({ signal }) => callApi<T>('GET', path ?? '', { signal, stay: background }),
    enabled: path !== null,
    ...(initial === undefined ? {} : { initialData: initial as never, gcTime: 0 }), // T is no function
    ...(every === undefined
      ? {}
      : { refetchInterval: typeof every === 'number' ? every : (query) => every(query.state.data) }),
    ...(version === undefined ? {} : { placeholderData: keepPreviousData as never }),
  });
}

/** Reads paths again now, wherever they are shown. */
export function useReload(): (...paths: string[]) => Promise<void> {
  const client = useQueryClient();
  return useCallback(
    async (...paths) => {
      await Promise.all(paths.map((path) => client.invalidateQueries({ queryKey: ['api', path] })));
    },
    [client],
  );
}
