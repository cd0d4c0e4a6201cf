'use client';
import { useEffect, useState } from 'react';
import { errorMessage } from '@/components/shell/api';
import { useApi } from '@/components/shell/use-api';
import type { AlertDetail } from '@/lib/alerts/schema';

const DELAY_MS = 80;

/** Description and raw document of the previewed alert. Waits a moment, so that moving through rows fetches the last only. */
export function useAlertDetail(id: string | null): { detail: AlertDetail | null; problem: string } {
  const [settled, setSettled] = useState<string | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(id), DELAY_MS);
    return () => clearTimeout(timer);
  }, [id]);
  const here = id !== null && settled === id;
  const { data, error } = useApi('/api/alerts/{id}', { params: { id: id ?? '' } }, { when: here });
  return { detail: (here && data) || null, problem: here && error ? errorMessage(error) : '' };
}
