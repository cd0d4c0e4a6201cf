'use client';
import { useCallback } from 'react';
import { useApi, useReload } from '@/components/shell/use-api';
import type { Counts } from './filter-bar';

const POLL_MS = 60_000;

/** How many alerts the usual lists have: as the page was read at `loadedAt`, and again after each change and every minute. */
export function useCounts(loaded: Counts, loadedAt: string): { counts: Counts; recount: () => void } {
  const reload = useReload();
  const { data } = useApi(
    '/api/alerts/counts',
    {},
    { initial: loaded, version: loadedAt, every: POLL_MS, background: true },
  );
  return {
    counts: data ?? loaded,
    recount: useCallback(() => void reload('/api/alerts/counts', {}), [reload]),
  };
}
