'use client';
import { useEffect, useRef } from 'react';
import { announce } from '@/components/shell/live-region';
import { useApi, useReload, useReloadEach } from '@/components/shell/use-api';
import type { FactCheck } from '@/lib/checks/finding';

const PATH = '/api/investigations/{id}/fact-check';
const POLL_MS = 1_500;
/** Somebody else, or the end of a run, may start one. */
const IDLE_MS = 15_000;

/** The newest fact check of a case while it works. The checks are read again as it reads on, and at its end. */
export function useFactCheckRun(investigationId: string): { run: FactCheck['run']; reload: () => Promise<void> } {
  const request = { params: { id: investigationId } };
  const reload = useReload();
  const reloadEach = useReloadEach();
  const { data } = useApi(PATH, request, {
    every: (answer) => (answer?.run?.isLive ? POLL_MS : IDLE_MS),
    background: true,
  });
  const run = data?.run ?? null;
  const state = run && `${run.id} ${run.status} ${run.done}`;
  const before = useRef(state);
  useEffect(() => {
    if (before.current === state) return;
    const isFirst = before.current === null;
    before.current = state;
    if (!run || (isFirst && !run.isLive)) return;
    if (!run.isLive) announce(run.status === 'succeeded' ? 'The fact check has finished.' : 'The fact check ended.');
    void reloadEach(['/api/investigations/{id}/checks']);
  }, [state, run, reloadEach]);
  return { run, reload: () => reload(PATH, request) };
}
