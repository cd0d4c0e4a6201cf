'use client';
import { useEffect, useState } from 'react';
import { api, wordsOf } from '@/components/shell/api';
import type { AlertDetail } from '@/lib/alerts/schema';

const SETTLE_MS = 80;

/** Description and raw document of the previewed alert. Waits a moment, so that running through rows asks for the last only. */
export function useAlertDetail(id: string | null): { detail: AlertDetail | null; problem: string } {
  const [state, setState] = useState<{ id: string; detail: AlertDetail | null; problem: string } | null>(null);
  useEffect(() => {
    if (id === null) return;
    const control = new AbortController();
    const timer = setTimeout(async () => {
      try {
        const detail = await api.get('/api/alerts/{id}', {
          params: { id: encodeURIComponent(id) },
          signal: control.signal,
        });
        setState({ id, detail, problem: '' });
      } catch (error) {
        if (!control.signal.aborted) setState({ id, detail: null, problem: wordsOf(error) });
      }
    }, SETTLE_MS);
    return () => {
      clearTimeout(timer);
      control.abort();
    };
  }, [id]);
  return state && state.id === id ? state : { detail: null, problem: '' };
}
