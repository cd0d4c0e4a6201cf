'use client';
import dynamic from 'next/dynamic';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useEffect, useState } from 'react';
import { DISPOSITION, DISPOSITION_FOR } from '@/components/labels/alert-labels';
import { classificationLabel, classificationOf } from '@/components/labels/case-labels';
import { CloseDialog } from '@/components/queue/close-dialog';
import { api } from '@/components/shell/api';
import { useShortcuts } from '@/components/shell/shortcuts';
import { useApi } from '@/components/shell/use-api';
import { useRequest } from '@/components/shell/use-request';
import { Button } from '@/components/ui/button';
import { CopyButton } from '@/components/ui/copy-button';
import { Kbd } from '@/components/ui/kbd';
import { Problem } from '@/components/ui/problem';
import { Spinner } from '@/components/ui/spinner';
import { Unseen } from '@/components/ui/unseen';
import type { Disposition } from '@/lib/alerts/schema';
import type { HistoryEntry } from '@/lib/investigations/schema';
import type { ReviewDetail } from '@/lib/reviews/schema';

// Only once a review is approved, and where a system takes outcomes.
const WriteBacks = dynamic(() => import('@/components/case/write-backs').then((file) => file.WriteBacks), {
  ssr: false,
});

const POLL_MS = 1500;
const PATIENCE_MS = 90_000;

/** The result of a decided review: the commit of an approved one, or the next step. */
export function Outcome({ review }: { review: ReviewDetail }) {
  const { investigation, status } = review;
  const link = 'text-accent underline underline-offset-2';
  if (status === 'approved') {
    return (
      <div className="space-y-2 text-sm" role="status">
        <Commit investigationId={investigation.id} revision={review.revision.id} />
        <p>
          <Link className={link} href={`/library/${investigation.id}`}>
            Open in library
          </Link>
        </p>
        {review.openTasks > 0 && (
          <p className="text-ink-2 text-xs">
            {review.openTasks === 1 ? '1 task is' : `${review.openTasks} tasks are`} still open.{' '}
            <Link className={link} href={`/library/${investigation.id}`}>
              Show tasks
            </Link>
          </p>
        )}
        <OpenAlerts review={review} />
        <WriteBacks investigationId={investigation.id} />
        <NextReview />
      </div>
    );
  }
  const newer = review.revisions.find(({ status }) => status === 'open');
  return (
    <>
      <p className="text-ink-2 text-sm" role="status">
        {status === 'superseded'
          ? 'A newer revision was submitted. Review that one instead. '
          : 'Changes were requested from the author. '}
        <Link
          className={link}
          href={
            status === 'superseded'
              ? newer
                ? `/reviews/${newer.review}`
                : '/reviews'
              : `/investigations/${investigation.id}`
          }
        >
          {status === 'superseded' ? (newer ? `Review revision ${newer.number}` : 'Open reviews') : 'Open in editor'}
        </Link>
      </p>
      <NextReview />
    </>
  );
}

/** Leads a reviewer to the next review that needs them. */
function NextReview() {
  const router = useRouter();
  const { data } = useApi('/api/reviews', { query: { waiting: 'me', limit: 1 } });
  const [next] = data?.items ?? [];
  const href = next ? `/reviews/${next.id}` : '/reviews?waiting=me';
  useShortcuts([{ group: 'Review', keys: 'g n', label: 'Go to the next review', run: () => router.push(href) }]);
  if (!data) return null;
  return (
    <p className="flex flex-wrap items-baseline gap-x-1.5 text-sm">
      {next ? (
        <>
          Next:
          <Link href={href} className="min-w-0 text-accent underline underline-offset-2 [overflow-wrap:anywhere]">
            <Unseen text={next.investigation.title} />
          </Link>
          <Kbd keys="g n" />
        </>
      ) : (
        <span className="text-ink-2">Nothing else needs your attention.</span>
      )}
    </p>
  );
}

/** What the approval leaves to do: the case's alerts are closed by a person, with what the verdict suggests. */
function OpenAlerts({ review: { investigation, openAlerts } }: { review: ReviewDetail }) {
  const [asking, setAsking] = useState(false);
  const [closed, setClosed] = useState('');
  const { problem, send } = useRequest();
  if (closed) {
    return (
      <p className="text-ink-2 text-xs" role="status">
        {closed}
      </p>
    );
  }
  if (openAlerts.length === 0) return null;
  const one = openAlerts.length === 1;
  const verdict = classificationOf(investigation.classification);
  const close = (disposition: Disposition, reason: string) => {
    setAsking(false);
    void send('send', async () => {
      const { changed, failed } = await api.post('/api/alerts/bulk', {
        body: { ids: openAlerts.map(({ id }) => id), patch: { status: 'closed', disposition, reason } },
      });
      const word = DISPOSITION[disposition].label.toLowerCase();
      setClosed(
        `${changed.length === 1 ? '1 alert' : `${changed.length} alerts`} closed as ${word}.${failed[0] ? ` ${failed[0].message}` : ''}`,
      );
    });
  };
  return (
    <div className="space-y-1.5 rounded-md bg-medium-soft px-3 py-2 text-xs">
      <p className="text-ink">
        {one ? 'An alert of this case is' : `${openAlerts.length} alerts of this case are`} still open:
      </p>
      <ul className="list-disc pl-4 text-ink-2">
        {openAlerts.slice(0, 5).map((alert) => (
          <li key={alert.id}>
            <Unseen text={alert.title} />
          </li>
        ))}
      </ul>
      <Problem>{problem}</Problem>
      <Button size="sm" onClick={() => setAsking(true)}>
        {one ? 'Close alert…' : `Close ${openAlerts.length} alerts…`}
      </Button>
      <CloseDialog
        titles={asking ? openAlerts.map(({ title }) => title) : []}
        onClose={close}
        onCancel={() => setAsking(false)}
        {...(verdict
          ? {
              suggested: {
                disposition: DISPOSITION_FOR[verdict],
                reason: `Case ${investigation.codename} approved as ${classificationLabel(verdict).toLowerCase()}.`,
              },
            }
          : {})}
      />
    </div>
  );
}

/** The worker makes the commit: within moments, or once the store can be written again. */
function Commit({ investigationId, revision }: { investigationId: string; revision: string }) {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, []);
  const commitIn = (items: HistoryEntry[] = []) => items.find((entry) => entry.revision === revision)?.commit ?? null;
  const { data } = useApi(
    '/api/investigations/{id}/history',
    { params: { id: investigationId } },
    { every: (answer) => !late && commitIn(answer?.items) === null && POLL_MS },
  );
  const commit = commitIn(data?.items);
  if (!commit) {
    return (
      <p className="flex items-center gap-2 text-ink-2">
        {!late && <Spinner />} Approved. {late ? 'Not committed yet. Check that the worker is running.' : 'Committing…'}
      </p>
    );
  }
  return (
    <p className="flex flex-wrap items-center gap-1.5">
      Approved, published as{' '}
      <code data-testid="commit" className="font-mono text-xs" title={commit}>
        {commit.slice(0, 10)}
      </code>
      <CopyButton text={commit} label="Copy commit id" />
    </p>
  );
}
