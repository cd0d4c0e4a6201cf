'use client';
import { useCallback, useEffect, useMemo, useRef } from 'react';
import { useApi, useReload } from '@/components/shell/use-api';
import type { RunView } from '@/lib/agent/events';
import { isLive } from '@/lib/agent/run-status';
import type { ProposalView } from '@/lib/drafts/schema';
import type { EvidenceItem } from '@/lib/evidence/schema';

export type CaseData = { runs: RunView[]; evidence: EvidenceItem[]; proposals: ProposalView[] };

type Items<T> = { items: T[] };

const RUNS = '/api/investigations/{id}/runs';
const PROPOSALS = '/api/investigations/{id}/proposals';
const EVIDENCE = '/api/investigations/{id}/evidence';
const POLL_MS = 8000;
/** Events of a run come many at a time; the evidence is read once after them. */
const EVIDENCE_DELAY_MS = 300;

/** Runs, evidence and proposals of a case, as the server has them. A live run tells by its events; else they are polled. */
export function useCaseData(id: string, initial: CaseData) {
  const idle = (data: Items<RunView> | undefined) => !data?.items.some(({ status }) => isLive(status)) && POLL_MS;
  const request = useMemo(() => ({ params: { id } }), [id]);
  const background = true;
  const runs = useApi(RUNS, request, { initial: { items: initial.runs }, every: idle, background });
  const proposals = useApi(PROPOSALS, request, {
    initial: { items: initial.proposals },
    every: POLL_MS,
    background,
  });
  const evidence = useApi(EVIDENCE, request, { initial: { items: initial.evidence }, background });

  const reload = useReload();
  const loadRuns = useCallback(() => reload(RUNS, request), [reload, request]);
  const loadProposals = useCallback(() => reload(PROPOSALS, request), [reload, request]);
  const loadEvidence = useDebouncedCall(
    useCallback(() => void reload(EVIDENCE, request), [reload, request]),
    EVIDENCE_DELAY_MS,
  );
  return {
    runs: runs.data?.items ?? [],
    evidence: evidence.data?.items ?? [],
    proposals: proposals.data?.items ?? [],
    loadRuns,
    loadProposals,
    loadEvidence,
  };
}

/** Many calls in a short time become one, at the end of it. */
function useDebouncedCall(run: () => void, ms: number): () => void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return useCallback(() => {
    clearTimeout(timer.current);
    timer.current = setTimeout(run, ms);
  }, [run, ms]);
}
