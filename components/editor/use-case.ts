'use client';
import { useCallback, useEffect, useRef, useState } from 'react';
import { api, wordsOf } from '@/components/shell/api';
import { announce } from '@/components/shell/live-region';
import { toast } from '@/components/ui/toaster';
import { isLive, type RunEvent, type RunView } from '@/lib/agent/events';
import type { ProposalView } from '@/lib/drafts/schema';
import type { EvidenceItem } from '@/lib/evidence/schema';
import type { StartBody } from './coach-box';
import type { DraftHandle } from './use-draft';
import { useRun } from './use-run';

export type CaseData = { runs: RunView[]; evidence: EvidenceItem[]; proposals: ProposalView[] };

const POLL_MS = 8000;

/** Runs, evidence and proposals of a case, kept up to date, and what can be done with them. */
export function useCase(id: string, initial: CaseData, handle: DraftHandle, onRunEnd: () => void) {
  const [runs, setRuns] = useState(initial.runs);
  const [evidence, setEvidence] = useState(initial.evidence);
  const [proposals, setProposals] = useState(initial.proposals);
  const [picked, setPicked] = useState<string | null>(null);
  const [stopping, setStopping] = useState(false);
  const { refresh, adopt, whenSaved } = handle;

  const loadRuns = useCallback(
    () => load(() => api.get('/api/investigations/{id}/runs', { params: { id } }), setRuns),
    [id],
  );
  const loadEvidence = useCallback(
    () => load(() => api.get('/api/investigations/{id}/evidence', { params: { id } }), setEvidence),
    [id],
  );
  const loadProposals = useCallback(
    () => load(() => api.get('/api/investigations/{id}/proposals', { params: { id } }), setProposals),
    [id],
  );
  const soon = useSoon(loadEvidence, 300);

  const live = runs.find((run) => isLive(run.status)) ?? null;
  const selected = runs.find((run) => run.id === picked) ?? runs[0] ?? null;

  const onEvents = useCallback(
    (events: RunEvent[]) => {
      for (const event of events) {
        if (event.type === 'tool.started' || event.type === 'tool.finished') soon();
        if (event.type === 'draft.saved') void refresh();
        if (event.type === 'proposal.created') void loadProposals();
        if (event.type === 'stage') announce(event.text);
        if (event.type === 'run.waiting') announce(`The run waits: ${event.reason}.`);
        if (event.type === 'approval.requested')
          announce(`${event.server}.${event.tool} waits for a person to decide.`);
        if (event.type === 'run.finished') {
          announce(
            event.status === 'succeeded' ? 'The run is finished.' : `The run ended: ${event.message ?? event.status}`,
          );
          setStopping(false);
          void refresh();
          void loadRuns();
          void loadEvidence();
          void loadProposals();
          onRunEnd();
        }
      }
    },
    [soon, refresh, loadProposals, loadRuns, loadEvidence, onRunEnd],
  );
  const following = useRun(live?.id ?? null, handle.draft.markdown, onEvents);
  const earlier = useRun(selected && selected.id !== live?.id ? selected.id : null, '');

  // What another person starts or decides shows up too.
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState !== 'visible' || live) return;
      void loadRuns();
      void loadProposals();
    }, POLL_MS);
    return () => clearInterval(timer);
  }, [live, loadRuns, loadProposals]);

  const start = useCallback(
    async (body: StartBody = {}): Promise<boolean> => {
      if (!(await whenSaved())) {
        toast({ kind: 'bad', title: 'Save your text first', description: 'A run works on the saved text.' });
        return false;
      }
      try {
        await api.post('/api/investigations/{id}/runs', { params: { id }, body });
        setPicked(null);
        await loadRuns();
        return true;
      } catch (error) {
        toast({ kind: 'bad', title: 'The run was not started', description: wordsOf(error) });
        return false;
      }
    },
    [id, whenSaved, loadRuns],
  );

  /** A run that ended early goes on from where it was, live again and followed from its first event; a parked one tries at once. */
  const resume = useCallback(
    async (runId: string) => {
      try {
        await api.post('/api/runs/{id}/resume', { params: { id: runId } });
        setPicked(null);
        await Promise.all([loadRuns(), loadProposals()]);
      } catch (error) {
        toast({ kind: 'bad', title: 'The run does not go on', description: wordsOf(error) });
      }
    },
    [loadRuns, loadProposals],
  );

  const stop = useCallback(async () => {
    if (!live) return;
    setStopping(true);
    try {
      await api.post('/api/runs/{id}/cancel', { params: { id: live.id } });
    } catch (error) {
      setStopping(false);
      toast({ kind: 'bad', title: 'The run was not stopped', description: wordsOf(error) });
    }
  }, [live]);

  /** Accepts and rejects hunks. The text here is saved first: a hunk goes into the draft that the server has. */
  const decide = useCallback(
    async (proposalId: string, choice: { accept?: 'all' | string[]; reject?: 'all' | string[] }): Promise<boolean> => {
      if (!(await whenSaved())) {
        toast({ kind: 'bad', title: 'Save your text first', description: 'A change goes into the saved text.' });
        return false;
      }
      try {
        const answer = await api.post('/api/proposals/{id}', { params: { id: proposalId }, body: choice });
        adopt(answer.draft);
        // The places of the others may have moved.
        await loadProposals();
        return true;
      } catch (error) {
        toast({ kind: 'bad', title: 'Not decided', description: wordsOf(error) });
        void loadProposals();
        return false;
      }
    },
    [whenSaved, adopt, loadProposals],
  );

  return {
    runs,
    evidence,
    proposals,
    live,
    selected,
    stopping,
    start,
    resume,
    stop,
    decide,
    select: setPicked,
    /** The live run's state: what the preview shows. */
    liveRun: live ? following.run : null,
    /** The selected run's state, for the run panel. */
    shownRun: selected?.id === live?.id ? following.run : earlier.run,
    connected: selected?.id === live?.id ? following.connected : earlier.connected,
  };
}

/** A failure is left to the next look. */
async function load<T>(get: () => Promise<{ items: T[] }>, set: (items: T[]) => void): Promise<void> {
  try {
    set((await get()).items);
  } catch {
    // said by whatever the person does next
  }
}

/** Many calls in a short time become one, at the end of it. */
function useSoon(run: () => void, ms: number): () => void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return useCallback(() => {
    clearTimeout(timer.current);
    timer.current = setTimeout(run, ms);
  }, [run, ms]);
}
