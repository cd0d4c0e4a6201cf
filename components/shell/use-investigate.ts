'use client';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { toast } from '@/components/ui/toaster';
import type { AlertItem } from '@/lib/alerts/schema';
import { ApiError, api, errorMessage } from './api';
import { announce } from './live-region';

type Named = Pick<AlertItem, 'id'> & Partial<Pick<AlertItem, 'investigation'>>;

/** Opens one investigation of some alerts, starts its first run and goes there. */
export function useInvestigate() {
  const router = useRouter();
  const [busy, setBusy] = useState(false);

  const investigate = async (alerts: Named[]): Promise<void> => {
    if (busy || alerts.length === 0) return;
    setBusy(true);
    try {
      const { id, codename } = await api.post('/api/investigations', {
        body: { alertIds: alerts.map((alert) => alert.id) },
      });
      await api.post('/api/investigations/{id}/runs', { params: { id }, body: {} }).catch((error) => {
        toast({ kind: 'bad', title: 'The case is open, but its run did not start.', description: errorMessage(error) });
      });
      announce(`Opened ${codename}.`);
      router.push(`/investigations/${id}`);
    } catch (error) {
      refused(error, alerts);
    } finally {
      setBusy(false);
    }
  };

  const refused = (error: unknown, alerts: Named[]) => {
    const open = caseOf(error, alerts);
    toast({
      kind: 'bad',
      title: open ? 'This alert already has a case.' : 'Couldn’t open a case.',
      description: errorMessage(error),
      ...(open
        ? {
            action: {
              label: `Open ${open.codename}`,
              run: () => router.push(`/investigations/${open.id}`),
            },
          }
        : {}),
    });
  };

  return { investigate, busy };
}

/** The open case behind a 409: as the server names it, else as the row does. */
function caseOf(error: unknown, alerts: Named[]): { id: string; codename: string } | null {
  if (!(error instanceof ApiError) || error.status !== 409) return null;
  const named = error.data.investigation as { id?: unknown; codename?: unknown } | null | undefined;
  if (typeof named?.id === 'string' && typeof named.codename === 'string') {
    return { id: named.id, codename: named.codename };
  }
  return alerts.find((alert) => alert.investigation)?.investigation ?? null;
}
