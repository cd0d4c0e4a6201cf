'use client';
import Link from 'next/link';
import { useEffect, useState } from 'react';
import { useApi } from '@/components/shell/use-api';
import { CopyButton } from '@/components/ui/copy-button';
import { Spinner } from '@/components/ui/spinner';
import { Unseen } from '@/components/ui/unseen';
import type { HistoryEntry } from '@/lib/investigations/schema';
import type { ReviewDetail } from '@/lib/reviews/schema';

const POLL_MS = 1500;
const PATIENCE_MS = 90_000;

/** The result of a decided review: the commit of an approved one, or the next step. */
export function Outcome({ review }: { review: ReviewDetail }) {
  const { investigation, status, openAlerts } = review;
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
        {openAlerts.length > 0 && (
          <div className="rounded-md bg-medium-soft px-3 py-2 text-xs">
            <p className="text-ink">
              {openAlerts.length === 1 ? 'An alert of this case is' : `${openAlerts.length} alerts of this case are`}{' '}
              still open. Close {openAlerts.length === 1 ? 'it' : 'them'}{' '}
              <Link className={link} href="/queue">
                in the queue
              </Link>
              :
            </p>
            <ul className="mt-1 list-disc pl-4 text-ink-2">
              {openAlerts.slice(0, 5).map((alert) => (
                <li key={alert.id}>
                  <Unseen text={alert.title} />
                </li>
              ))}
            </ul>
          </div>
        )}
      </div>
    );
  }
  return (
    <p className="text-ink-2 text-sm" role="status">
      {status === 'superseded'
        ? 'A newer revision was submitted. Review that one instead. '
        : 'Changes were requested from the author. '}
      <Link className={link} href={status === 'superseded' ? '/reviews' : `/investigations/${investigation.id}`}>
        {status === 'superseded' ? 'Open reviews' : 'Open in editor'}
      </Link>
    </p>
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
        {!late && <Spinner />} Approved. {late ? 'Not committed yet: check that the worker is running.' : 'Committing…'}
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
