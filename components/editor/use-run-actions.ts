'use client';
import { useCallback, useState } from 'react';
import { api, errorMessage } from '@/components/shell/api';
import { toast } from '@/components/ui/toaster';
import type { RunView } from '@/lib/agent/events';
import type { StartBody } from './coach-box';

type Options = {
  id: string;
  live: RunView | null;
  whenSaved: () => Promise<boolean>;
  /** Reads the runs again and shows the newest. */
  onChanged: () => Promise<unknown>;
};

/** Starting, resuming and stopping a run. Refusals are shown as toasts. */
export function useRunActions({ id, live, whenSaved, onChanged }: Options) {
  const [stopping, setStopping] = useState(false);

  const start = useCallback(
    async (body: StartBody = {}): Promise<boolean> => {
      if (!(await whenSaved())) {
        toast({ kind: 'bad', title: 'Save your text first', description: 'A run works on the saved text.' });
        return false;
      }
      try {
        await api.post('/api/investigations/{id}/runs', { params: { id }, body });
        await onChanged();
        return true;
      } catch (error) {
        toast({ kind: 'bad', title: 'Couldn’t start the run', description: errorMessage(error) });
        return false;
      }
    },
    [id, whenSaved, onChanged],
  );

  /** A run that ended early continues from where it was; a suspended one tries again at once. */
  const resume = useCallback(
    async (runId: string) => {
      try {
        await api.post('/api/runs/{id}/resume', { params: { id: runId } });
        await onChanged();
      } catch (error) {
        toast({ kind: 'bad', title: 'Couldn’t resume the run', description: errorMessage(error) });
      }
    },
    [onChanged],
  );

  const stop = useCallback(async () => {
    if (!live) return;
    setStopping(true);
    try {
      await api.post('/api/runs/{id}/cancel', { params: { id: live.id } });
    } catch (error) {
      setStopping(false);
      toast({ kind: 'bad', title: 'Couldn’t stop the run', description: errorMessage(error) });
    }
  }, [live]);

  return { start, resume, stop, stopping, setStopping };
}
