'use client';
import { useEffect, useState } from 'react';
import { api } from '@/components/shell/api';
import { announce } from '@/components/shell/live-region';

const EVERY_MS = 20_000;

/** How many alerts of this list came in since it was loaded. Asked every 20 s while the page is looked at. */
export function useNewAlerts(since: string, filters: string): number {
  const [found, setFound] = useState({ since, filters, count: 0 });
  useEffect(() => {
    const control = new AbortController();
    let said = 0;
    const ask = async () => {
      if (document.visibilityState !== 'visible') return;
      try {
        const query = { ...Object.fromEntries(new URLSearchParams(filters)), since };
        const { count } = await api.get('/api/alerts/new', { query, signal: control.signal });
        if (count > said) announce(count === 1 ? '1 new alert.' : `${count} new alerts.`);
        said = count;
        setFound({ since, filters, count });
      } catch {
        // The next round asks again; a list that can't be refreshed says so when it is used.
      }
    };
    const timer = setInterval(ask, EVERY_MS);
    document.addEventListener('visibilitychange', ask);
    return () => {
      control.abort();
      clearInterval(timer);
      document.removeEventListener('visibilitychange', ask);
    };
  }, [since, filters]);
  return found.since === since && found.filters === filters ? found.count : 0;
}
