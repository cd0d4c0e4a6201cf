'use client';
import { useRouter } from 'next/navigation';
import { useEffect } from 'react';
import { api } from '@/components/shell/api';
import { useRequest } from '@/components/shell/use-request';
import { Button } from '@/components/ui/button';
import { Problem } from '@/components/ui/problem';
import type { EvaluationStatus } from '@/lib/evaluation/schema';

const RELOAD_MS = 5_000;

/** Cancels or resumes an evaluation, and reloads the page while it is at work. */
export function RunActions({ id, status }: { id: string; status: EvaluationStatus }) {
  const router = useRouter();
  const { busy, problem, send } = useRequest();
  const atWork = status === 'queued' || status === 'running';
  useEffect(() => {
    if (!atWork) return;
    const timer = setInterval(() => router.refresh(), RELOAD_MS);
    return () => clearInterval(timer);
  }, [atWork, router]);
  const act = (verb: 'cancel' | 'resume') =>
    send('send', async () => {
      if (verb === 'cancel') await api.post('/api/evaluations/{id}/cancel', { params: { id } });
      else await api.post('/api/evaluations/{id}/resume', { params: { id } });
      router.refresh();
    });
  return (
    <>
      <Problem>{problem}</Problem>
      {atWork && (
        <Button busy={busy !== null} onClick={() => void act('cancel')}>
          Cancel evaluation
        </Button>
      )}
      {(status === 'stopped' || status === 'cancelled') && (
        <Button variant="primary" busy={busy !== null} onClick={() => void act('resume')}>
          Resume evaluation
        </Button>
      )}
    </>
  );
}
