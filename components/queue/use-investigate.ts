'use client';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { z } from 'zod';
import { ApiError, api, wordsOf } from '@/components/shell/api';
import { announce } from '@/components/shell/live-region';
import { toast } from '@/components/ui/toaster';
import type { AlertItem } from '@/lib/alerts/schema';

const OpenCase = z.object({ id: z.string(), codename: z.string() });

/** Opens one investigation of some alerts, starts its first run and goes there. */
export function useInvestigate() {
  const router = useRouter();
  const [busy, setBusy] = useState(false);

  const investigate = async (alerts: AlertItem[]): Promise<void> => {
    if (busy || alerts.length === 0) return;
    setBusy(true);
    try {
      const { id, codename } = await api.post('/api/investigations', {
        body: { alertIds: alerts.map((alert) => alert.id) },
      });
      await api.post('/api/investigations/{id}/runs', { params: { id }, body: {} }).catch((error) => {
        toast({ kind: 'bad', title: 'The case is open, but no run started.', description: wordsOf(error) });
      });
      announce(`Opened ${codename}.`);
      router.push(`/investigations/${id}`);
    } catch (error) {
      refused(error, alerts);
    } finally {
      setBusy(false);
    }
  };

  const refused = (error: unknown, alerts: AlertItem[]) => {
    const open = caseOf(error, alerts);
    toast({
      kind: 'bad',
      title: open ? 'There is a case for it already.' : 'No case was opened.',
      description: wordsOf(error),
      ...(open
        ? {
            action: {
              label: `Go to ${open.codename}`,
              run: () => router.push(`/investigations/${open.id}`),
            },
          }
        : {}),
    });
  };

  return { investigate, busy };
}

/** The open case behind a 409: as the server names it, else as the row does. */
function caseOf(error: unknown, alerts: AlertItem[]): { id: string; codename: string } | null {
  if (!(error instanceof ApiError) || error.status !== 409) return null;
  const named = OpenCase.safeParse(error.data.investigation);
  return named.success ? named.data : (alerts.find((alert) => alert.investigation)?.investigation ?? null);
}
