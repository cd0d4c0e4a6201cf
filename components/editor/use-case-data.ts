'use client';
import { useCallback, useEffect, useRef } from 'react';
import { useApi, useReload } from '@/components/shell/use-api';
import type { RunView } from '@/lib/agent/events';
import { isLive } from '@/lib/agent/run-status';
import type { ProposalView } from '@/lib/drafts/schema';
import type { EvidenceItem } from '@/lib/evidence/schema';

export type CaseData = { runs: RunView[]; evidence: EvidenceItem[]; proposals: ProposalView[] };

type Items<T> = { items: T[] };

const POLL_MS = 8000;
/** Events of a run come many at a time; the evidence is read once after them. */
const EVIDENCE_DELAY_MS = 300;

/** Runs, evidence and proposals of a case, as the server has them. A live run tells by its events; else they are polled. */
export function useCaseData(id: string, initial: CaseData) {
  const path = `/api/investigations/${id}`;
  const idle = (data: Items<RunView> | undefined) => !data?.items.some(({ status }) => isLive(status)) && POLL_MS;
  const runs = useApi<Items<RunView>>(`${path}/runs`, {
    initial: { items: initial.runs },
    every: idle,
    background: true,
  }).data?.items;
  const proposals = useApi<Items<ProposalView>>(`${path}/proposals`, {
    initial: { items: initial.proposals },
    every: POLL_MS,
    background: true,
  }).data?.items;
  const evidence = useApi<Items<EvidenceItem>>(`${path}/evidence`, {
    initial: { items: initial.evidence },
    background: true,
  }).data?.items;

  const reload = useReload();
  const loadRuns = useCallback(() => reload(`${path}/runs`), [reload, path]);
  const loadProposals = useCallback(() => reload(`${path}/proposals`), [reload, path]);
  const loadEvidence = useDebounced(
    useCallback(() => void reload(`${path}/evidence`), [reload, path]),
    EVIDENCE_DELAY_MS,
  );
  return {
    runs: runs ?? [],
    evidence: evidence ?? [],
    proposals: proposals ?? [],
    loadRuns,
    loadProposals,
    loadEvidence,
  };
}

/** Many calls in a short time become one, at the end of it. */
function useDebounced(run: () => void, ms: number): () => void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return useCallback(() => {
    clearTimeout(timer.current);
    timer.current = setTimeout(run, ms);
  }, [run, ms]);
}
