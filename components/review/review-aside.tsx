'use client';
import { ClassificationTag } from '@/components/library/labels';
import { Time } from '@/components/ui/time';
import { Classification } from '@/lib/investigations/schema';
import type { CommentView, ReviewDetail } from '@/lib/reviews/schema';
import { Decision } from './decision';
import { Unseen } from './diff-line';
import { Outcome } from './outcome';
import { Composer, Thread } from './thread';

type ReviewAsideProps = {
  review: ReviewDetail;
  onChange: (review: ReviewDetail) => void;
  onComment: (comment: CommentView | null) => void;
};

/** What is decided about, the decision, and what is said about the whole. */
export function ReviewAside({ review, onChange, onComment }: ReviewAsideProps) {
  const { investigation, revision } = review;
  const known = Classification.safeParse(investigation.classification);
  const onLines = review.thread.filter((comment) => comment.line !== null).length;
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
        {review.decidedBy && review.decidedAt && (
          <>
            <dt className="text-ink-3">Decided</dt>
            <dd>
              {review.decidedBy.name}, <Time value={review.decidedAt} />
            </dd>
          </>
        )}
      </dl>
      {review.decisionNote && (
        <p className="whitespace-pre-wrap rounded-md bg-sunken px-3 py-2 text-sm [overflow-wrap:anywhere]">
          <Unseen text={review.decisionNote} />
        </p>
      )}
      {review.status === 'open' ? <Decision review={review} onChange={onChange} /> : <Outcome review={review} />}
      <section className="flex flex-col gap-2 border-line border-t pt-3">
        <h2 className="font-semibold text-sm">Comments</h2>
        {onLines > 0 && (
          <p className="text-ink-3 text-xs">
            {onLines} {onLines === 1 ? 'comment stands' : 'comments stand'} at{' '}
            {onLines === 1 ? 'its line' : 'their lines'}.
          </p>
        )}
        <Thread comments={review.thread.filter((comment) => comment.line === null)} />
        {review.status !== 'superseded' && <Composer reviewId={review.id} anchor={null} onDone={onComment} />}
      </section>
    </div>
  );
}
