'use client';
import { errorMessage } from '@/components/shell/api';
import { useApi } from '@/components/shell/use-api';
import type { CheckReport } from '@/lib/checks/finding';

export type Checks = { report: CheckReport | null; problem: string };

/**
 * The findings of an investigation's draft, or of a revision of it. `version`: checked again when it changes; the findings of
 * the version before stay until the new ones arrive.
 */
export function useChecks(
  investigationId: string,
  { revision, version }: { revision?: string; version?: number },
): Checks {
  const request = { params: { id: investigationId }, query: { revision } };
  const { data, error } = useApi('/api/investigations/{id}/checks', request, version === undefined ? {} : { version });
  return { report: data ?? null, problem: error ? errorMessage(error) : '' };
}
