'use client';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { api, errorMessage } from '@/components/shell/api';
import { announce } from '@/components/shell/live-region';
import { changeUnderWay, toast } from '@/components/ui/toaster';
import type { AlertPatch } from '@/lib/alerts/schema';
import { filterBody, filterParams, type QueueQuery } from './query-state';

export type Matching = { count: number; capped: boolean };

/** Changes of everything that the filters show, also beyond the page. `receivedBefore`: when the list was read, ISO 8601. */
export function useMatching(query: QueueQuery, receivedBefore: string) {
  const router = useRouter();
  const [matching, setMatching] = useState<Matching | null>(null);
  const [busy, setBusy] = useState(false);

  const attempt = async (what: string, run: () => Promise<void>) => {
    setBusy(true);
    try {
      await run();
    } catch (error) {
      toast({ kind: 'bad', title: what, description: errorMessage(error) });
    } finally {
      setBusy(false);
    }
  };

  const count = () =>
    attempt('Couldn’t count the alerts', async () => {
      const filters = Object.fromEntries(filterParams(query));
      setMatching(await api.get('/api/alerts/bulk/matching', { query: { ...filters, receivedBefore } }));
    });

  const change = (patch: AlertPatch, done: string) =>
    attempt('No alerts were changed', async () => {
      const underWay = changeUnderWay();
      const { batch, changed } = await api
        .post('/api/alerts/bulk/matching', { body: { filter: filterBody(query), receivedBefore, patch } })
        .finally(underWay.ended);
      setMatching(null);
      router.refresh();
      if (underWay.ended()) return void undo(batch);
      toast({
        title: `${changed.toLocaleString('en')} alerts ${done}.`,
        action: { label: 'Undo', run: () => void undo(batch) },
        timeout: 30_000,
      });
    });

  const undo = (batch: string) =>
    attempt('Couldn’t undo', async () => {
      const { restored, skipped } = await api.post('/api/alerts/bulk/{id}/undo', { params: { id: batch } });
      router.refresh();
      const text = `${restored.toLocaleString('en')} alerts restored.`;
      if (skipped === 0) announce(text);
      else toast({ title: text, description: `${skipped} were changed by others since and stay as they are.` });
    });

  return { matching, busy, count, change, clear: () => setMatching(null) };
}
