'use client';
import { useEffect, useState } from 'react';
import { api, wordsOf } from '@/components/shell/api';
import type { CheckReport } from '@/lib/checks/finding';

export type Checks = { report: CheckReport | null; problem: string };

/**
 * The findings of an investigation's draft, or of a revision of it. `version`: asked anew when it changes; the findings of
 * the version before stay until the new ones are there.
 */
export function useChecks(
  investigationId: string,
  { revision, version }: { revision?: string; version?: number },
): Checks {
  const [checks, setChecks] = useState<Checks>({ report: null, problem: '' });
  useEffect(() => {
    const stop = new AbortController();
    void version; // asks again
    const start = setTimeout(
      () =>
        api
          .get('/api/investigations/{id}/checks', {
            params: { id: investigationId },
            query: { revision },
            signal: stop.signal,
          })
          .then((report) => setChecks({ report, problem: '' }))
          .catch((error: unknown) => {
            if (!stop.signal.aborted) setChecks((before) => ({ ...before, problem: wordsOf(error) }));
          }),
      revision ? 0 : 600,
    );
    return () => {
      clearTimeout(start);
      stop.abort();
    };
  }, [investigationId, revision, version]);
  return checks;
}
