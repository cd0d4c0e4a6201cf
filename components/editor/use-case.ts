'use client';
import { useCallback, useState } from 'react';
import { api, errorMessage } from '@/components/shell/api';
import { announce } from '@/components/shell/live-region';
import { useReload } from '@/components/shell/use-api';
import { toast } from '@/components/ui/toaster';
import type { RunEvent } from '@/lib/agent/events';
import { isLive } from '@/lib/agent/run-status';
import { runItemId } from '@/lib/inbox/item-id';
import { type CaseData, useCaseData } from './use-case-data';
import type { DraftHandle } from './use-draft';
import { useRun } from './use-run';
import { useRunActions } from './use-run-actions';

/** Runs, evidence and proposals of a case, kept up to date, and what can be done with them. */
export function useCase(id: string, initial: CaseData, handle: DraftHandle, onRunEnd: () => void) {
  const data = useCaseData(id, initial);
  const { runs, loadRuns, loadEvidence, loadProposals } = data;
  const { refresh, whenSaved } = handle;
  const [picked, setPicked] = useState<string | null>(null);
  const live = runs.find((run) => isLive(run.status)) ?? null;
  const selected = runs.find((run) => run.id === picked) ?? runs[0] ?? null;

  const showNewest = useCallback(() => {
    setPicked(null);
    return Promise.all([loadRuns(), loadProposals()]);
  }, [loadRuns, loadProposals]);
  const { setStopping, ...actions } = useRunActions({ id, live, whenSaved, onChanged: showNewest });

  const noteWatched = useNoteWatched(live?.id ?? null);
  const onEvents = useCallback(
    (events: RunEvent[]) => {
      for (const event of events) {
        announceEvent(event);
        if (event.type === 'tool.started' || event.type === 'tool.finished') loadEvidence();
        if (event.type === 'draft.saved') void refresh();
        if (event.type === 'proposal.created') void loadProposals();
        if (event.type !== 'run.finished') continue;
        setStopping(false);
        void refresh();
        void loadRuns();
        void loadProposals();
        loadEvidence();
        noteWatched();
        onRunEnd();
      }
    },
    [refresh, loadProposals, loadRuns, loadEvidence, noteWatched, onRunEnd, setStopping],
  );
  const following = useRun(live?.id ?? null, handle.draft.markdown, onEvents);
  const earlier = useRun(selected && selected.id !== live?.id ? selected.id : null, '');
  const shown = selected?.id === live?.id ? following : earlier;

  return {
    ...data,
    ...actions,
    live,
    selected,
    decide: useDecide(handle, loadProposals),
    select: setPicked,
    /** The live run's state: what the preview shows. */
    // A run without precedents writes nothing into the report.
    liveRun: live && !live.withoutPrecedents ? following.run : null,
    /** The report with what the live run is writing. */
    textOver: following.textOver,
    /** The selected run's state, for the run panel. */
    shownRun: shown.run,
    connected: shown.connected,
  };
}

/** The inbox needn't tell of a run's end to whoever saw it. */
function useNoteWatched(runId: string | null): () => void {
  const reload = useReload();
  return useCallback(() => {
    if (runId === null || document.visibilityState !== 'visible') return;
    // Not noted: the inbox tells once more, which does no harm.
    void api.post('/api/notifications/read', { body: { ids: [runItemId(runId)] } }).then(
      () => reload('/api/notifications', {}),
      () => undefined,
    );
  }, [runId, reload]);
}

type Choice = { accept?: 'all' | string[]; reject?: 'all' | string[] };

/** Accepts and rejects hunks. The text here is saved first: a hunk is applied to the draft on the server. */
function useDecide({ whenSaved, adopt }: DraftHandle, loadProposals: () => Promise<void>) {
  return useCallback(
    async (proposalId: string, choice: Choice): Promise<boolean> => {
      if (!(await whenSaved())) {
        toast({ kind: 'bad', title: 'Save your text first', description: 'A change is applied to the saved text.' });
        return false;
      }
      try {
        const { draft } = await api.post('/api/proposals/{id}', { params: { id: proposalId }, body: choice });
        adopt(draft);
        // The places of the others may have moved.
        await loadProposals();
        return true;
      } catch (error) {
        toast({ kind: 'bad', title: 'Couldn’t apply the decision', description: errorMessage(error) });
        void loadProposals();
        return false;
      }
    },
    [whenSaved, adopt, loadProposals],
  );
}

function announceEvent(event: RunEvent): void {
  if (event.type === 'stage') announce(event.text);
  if (event.type === 'run.waiting') announce(`The run is waiting: ${event.reason}.`);
  if (event.type === 'approval.requested') announce(`${event.server}.${event.tool} needs approval.`);
  if (event.type !== 'run.finished') return;
  announce(event.status === 'succeeded' ? 'The run has finished.' : `The run ended: ${event.message ?? event.status}`);
}
