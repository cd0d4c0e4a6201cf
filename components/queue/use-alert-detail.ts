'use client';
import { errorMessage } from '@/components/shell/api';
import { useApi } from '@/components/shell/use-api';
import { useDebounced } from '@/components/ui/use-debounced';
import type { AlertDetail } from '@/lib/alerts/schema';

const DELAY_MS = 80;

/** Description and raw document of the previewed alert. Waits a moment, so that moving through rows fetches the last only. */
export function useAlertDetail(id: string | null): { detail: AlertDetail | null; problem: string } {
  const here = useDebounced(id, DELAY_MS, null) === id && id !== null;
  const { data, error } = useApi('/api/alerts/{id}', { params: { id: id ?? '' } }, { when: here });
  return { detail: (here && data) || null, problem: here && error ? errorMessage(error) : '' };
}
