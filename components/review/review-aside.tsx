'use client';
import type { ReactNode } from 'react';
import { CheckList, errorsIn } from '@/components/case/check-list';
import type { Checks } from '@/components/case/use-checks';
import { ClassificationTag } from '@/components/labels/case-labels';
import { Button } from '@/components/ui/button';
import { Time } from '@/components/ui/time';
import { Unseen } from '@/components/ui/unseen';
import { Classification } from '@/lib/report/schema';
import { Composer } from './composer';
import { Decision } from './decision';
import { Outcome } from './outcome';
import { Reviewers } from './reviewers';
import { Thread } from './thread';
import type { ReviewHandle } from './use-review';

type ReviewAsideProps = { handle: ReviewHandle; checks: Checks; onLine: (line: number) => void };

/** What is decided about, what the checks found, the decision, and what is said about the whole. */
export function ReviewAside({ handle, checks, onLine }: ReviewAsideProps) {
  const { review } = handle;
  const { investigation, revision, threads } = review;
  const known = Classification.safeParse(investigation.classification);
  const onLines = threads.filter((thread) => thread.line !== null);
  const onWhole = threads.filter((thread) => thread.line === null);
  const kept = threads.some(({ comments }) => comments.some(({ pending }) => pending));
  const errors = errorsIn(checks);
  const found = checks.report?.items.length ?? 0;
  return (
    <div className="flex flex-col gap-4">
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-1 text-sm">
        <dt className="text-ink-3">Revision</dt>
        <dd>
          {revision.number} <span className="font-mono text-ink-3 text-xs">{revision.contentHash.slice(0, 12)}</span>
        </dd>
        <dt className="text-ink-3">Compared with</dt>
        <dd>
          {review.baseRevision ? `approved revision ${review.baseRevision.number}` : 'nothing: the first revision'}
        </dd>
        <dt className="text-ink-3">Conclusion</dt>
        <dd className="flex flex-wrap items-center gap-x-2">
          <ClassificationTag value={known.success ? known.data : null} />
          {investigation.confidence !== null && <span className="text-ink-2">{investigation.confidence} %</span>}
        </dd>
        <dt className="text-ink-3">Submitted</dt>
        <dd>
          {review.submittedBy.name}, <Time value={review.submittedAt} />
        </dd>
        <dt className="text-ink-3">Asked</dt>
        <dd>
          <Reviewers handle={handle} />
        </dd>
        {review.decidedBy && review.decidedAt && (
          <>
            <dt className="text-ink-3">Decided</dt>
            <dd>
              {review.decidedBy.name}, <Time value={review.decidedAt} />
            </dd>
          </>
        )}
      </dl>
      {review.decisionNote && <Words label="Note">{review.decisionNote}</Words>}
      {review.overrideReason && <Words label="Checks overridden">{review.overrideReason}</Words>}
      <section className="flex flex-col gap-2 border-line border-t pt-3">
        <h2 className="font-semibold text-sm">
          Checks{found > 0 && ` (${errors} ${errors === 1 ? 'error' : 'errors'}, ${found - errors} to look at)`}
        </h2>
        <CheckList checks={checks} onLine={onLine} />
      </section>
      <section id="decision" tabIndex={-1} className="flex flex-col gap-2 border-line border-t pt-3">
        <h2 className="font-semibold text-sm">Decision</h2>
        {review.status === 'open' ? (
          <Decision handle={handle} errors={checks.report ? errors : null} />
        ) : (
          <Outcome review={review} />
        )}
      </section>
      <section className="flex flex-col gap-2 border-line border-t pt-3">
        <h2 className="font-semibold text-sm">Comments</h2>
        {onLines.length > 0 && (
          <p className="text-ink-2 text-xs">
            {onLines.length} {onLines.length === 1 ? 'thread stands at its line' : 'threads stand at their lines'}:{' '}
            {onLines.slice(0, 12).map(({ id, line }) => (
              <button
                key={id}
                type="button"
                onClick={() => line !== null && onLine(line)}
                className="mr-1.5 min-h-[24px] text-accent underline underline-offset-2"
              >
                {line}
              </button>
            ))}
          </p>
        )}
        {onWhole.map((thread) => (
          <Thread key={thread.id} thread={thread} handle={handle} />
        ))}
        {review.status !== 'superseded' && (
          <Composer
            label="Comment on the whole"
            name={`review.comment.${review.id}`}
            onSend={(body, later) => handle.comment(body, {}, later)}
          />
        )}
        {kept && (
          <Button size="sm" className="self-start" onClick={() => void handle.send()}>
            Send kept comments without deciding
          </Button>
        )}
      </section>
    </div>
  );
}

function Words({ label, children }: { label: ReactNode; children: string }) {
  return (
    <div className="rounded-md bg-sunken px-3 py-2 text-sm">
      <p className="text-ink-2 text-xs">{label}</p>
      <p className="whitespace-pre-wrap [overflow-wrap:anywhere]">
        <Unseen text={children} />
      </p>
    </div>
  );
}
