'use client';
import Link from 'next/link';
import { useEffect, useState } from 'react';
import { api } from '@/components/shell/api';
import { CopyButton } from '@/components/ui/copy-button';
import { Spinner } from '@/components/ui/spinner';
import { Unseen } from '@/components/ui/unseen';
import type { ReviewDetail } from '@/lib/reviews/schema';

const LOOK_MS = 1500;
const LOOKS = 60;

/** What a decided review came to: the commit of an approved one, or why there is nothing to do here. */
export function Outcome({ review }: { review: ReviewDetail }) {
  const { investigation, status, openAlerts } = review;
  const link = 'text-accent underline underline-offset-2';
  if (status === 'approved') {
    return (
      <div className="space-y-2 text-sm" role="status">
        <Commit investigationId={investigation.id} revision={review.revision.id} />
        <p>
          <Link className={link} href={`/library/${investigation.id}`}>
            Read it in the library
          </Link>
        </p>
        {openAlerts.length > 0 && (
          <div className="rounded-md bg-medium-soft px-3 py-2 text-xs">
            <p className="text-ink">
              {openAlerts.length === 1 ? 'An alert of this case is' : `${openAlerts.length} alerts of this case are`}{' '}
              not closed. Closing is a person’s act,{' '}
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
        ? 'A newer text was submitted; that one is to be reviewed. '
        : 'The author was asked for changes. '}
      <Link className={link} href={status === 'superseded' ? '/reviews' : `/investigations/${investigation.id}`}>
        {status === 'superseded' ? 'Open reviews' : 'Open in editor'}
      </Link>
    </p>
  );
}

/** The commit is made by the worker: it is there within moments, or after the store can be written again. */
function Commit({ investigationId, revision }: { investigationId: string; revision: string }) {
  const [commit, setCommit] = useState<string | null>(null);
  const [looks, setLooks] = useState(0);
  useEffect(() => {
    if (commit || looks > LOOKS) return;
    const abort = new AbortController();
    const look = async () => {
      try {
        const { items } = await api.get('/api/investigations/{id}/history', {
          params: { id: investigationId },
          signal: abort.signal,
        });
        setCommit(items.find((entry) => entry.revision === revision)?.commit ?? null);
      } catch {
        // looked for again
      }
      if (!abort.signal.aborted) setLooks((n) => n + 1);
    };
    const timer = setTimeout(look, looks === 0 ? 0 : LOOK_MS);
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [investigationId, revision, commit, looks]);
  if (!commit) {
    return (
      <p className="flex items-center gap-2 text-ink-2">
        {looks <= LOOKS && <Spinner />} Approved.{' '}
        {looks > LOOKS ? 'The commit is still to come: see that the worker runs.' : 'The commit follows in a moment.'}
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
