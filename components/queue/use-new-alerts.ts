'use client';
import { useEffect } from 'react';
import { announce } from '@/components/shell/live-region';
import { useApi } from '@/components/shell/use-api';

/** How many alerts of this list arrived since it was loaded. Polled every 20 s while the page is visible. */
export function useNewAlerts(since: string, filters: string): number {
  const { data } = useApi(
    '/api/alerts/new',
    { query: { ...Object.fromEntries(new URLSearchParams(filters)), since } },
    { every: 20_000, background: true },
  );
  const count = data?.count ?? 0;
  useEffect(() => {
    if (count > 0) announce(count === 1 ? '1 new alert.' : `${count} new alerts.`);
  }, [count]);
  return count;
}
