'use client';
import Link from 'next/link';
import { useState } from 'react';
import { ClassificationTag } from '@/components/library/labels';
import { announce } from '@/components/shell/live-region';
import { Page } from '@/components/shell/page';
import { useShortcuts } from '@/components/shell/shortcuts';
import { Button } from '@/components/ui/button';
import { buttonClass } from '@/components/ui/button-class';
import { Tabs } from '@/components/ui/tabs';
import { Time } from '@/components/ui/time';
import { useWide } from '@/components/ui/use-wide';
import { Classification } from '@/lib/investigations/schema';
import type { CommentView, ReviewDetail } from '@/lib/reviews/schema';
import { Decision } from './decision';
import { DiffView, type LineAnchor } from './diff-view';
import { RenderedDiff } from './rendered-diff';
import { ReviewStatusTag } from './review-status';
import { Composer, Thread } from './thread';

type View = 'source' | 'rendered';

/** A frozen revision against the last approved text: read, comment, decide. */
export function ReviewPage({ initial }: { initial: ReviewDetail }) {
  const [review, setReview] = useState(initial);
  const [view, setView] = useState<View>('source');
  const wide = useWide(1024);
  const [splitWanted, setSplit] = useState(false);
  const split = splitWanted && wide;
  const [composing, setComposing] = useState<LineAnchor | null>(null);
  const open = review.status === 'open';
  const shared = { group: 'Review' };
  useShortcuts([
    { ...shared, keys: 'm', label: 'Split or unified', run: () => setSplit((now) => !now) },
    { ...shared, keys: 'n', label: 'Next change', run: () => moveToHunk(1) },
    { ...shared, keys: 'p', label: 'Previous change', run: () => moveToHunk(-1) },
  ]);
  const commented = (comment: CommentView | null) => {
    setComposing(null);
    if (comment) setReview((now) => ({ ...now, thread: [...now.thread, comment] }));
  };
  const below = (anchor: LineAnchor) => {
    const here = review.thread.filter((comment) => comment.line === anchor.line && comment.side === anchor.side);
    const writing = composing?.line === anchor.line && composing.side === anchor.side;
    if (here.length === 0 && !writing) return null;
    return (
      <div className="flex max-w-2xl flex-col gap-2">
        <Thread comments={here} />
        {writing && <Composer reviewId={review.id} anchor={anchor} onDone={commented} />}
      </div>
    );
  };
  const { investigation, revision } = review;
  const known = Classification.safeParse(investigation.classification);
  return (
    <Page
      title={investigation.title}
      layout="fill"
      detail={
        <>
          <ReviewStatusTag value={review.status} />
          <span className="hidden sm:inline">{investigation.codename}</span>
        </>
      }
      actions={
        <Link className={buttonClass('default', 'sm')} href={`/investigations/${investigation.id}`}>
          Open in editor
        </Link>
      }
    >
      <div className="flex min-h-0 flex-1 flex-col overflow-y-auto lg:flex-row lg:overflow-hidden">
        <div className="min-w-0 flex-1 lg:overflow-y-auto">
          <Tabs<View>
            label="How the change is shown"
            value={view}
            onChange={setView}
            actions={
              view === 'source' && wide ? (
                <Button size="sm" variant="quiet" aria-pressed={split} onClick={() => setSplit(!splitWanted)}>
                  {split ? 'Unified' : 'Split'}
                </Button>
              ) : undefined
            }
            tabs={[
              {
                value: 'source',
                label: 'Changes',
                panel: (
                  <DiffView
                    before={review.baseMarkdown}
                    after={review.markdown}
                    split={split}
                    below={below}
                    {...(open ? { onComment: setComposing } : {})}
                  />
                ),
              },
              {
                value: 'rendered',
                label: 'Report',
                panel: <RenderedDiff before={review.baseMarkdown} after={review.markdown} />,
              },
            ]}
          />
        </div>
        <aside
          aria-label="Review"
          className="flex shrink-0 flex-col gap-4 border-line border-t p-4 lg:w-80 lg:overflow-y-auto lg:border-t-0 lg:border-l"
        >
          <dl className="grid grid-cols-[auto_1fr] gap-x-3 gap-y-1 text-sm">
            <dt className="text-ink-3">Revision</dt>
            <dd>
              {revision.number}{' '}
              <span className="font-mono text-ink-3 text-xs">{revision.contentHash.slice(0, 12)}</span>
            </dd>
            <dt className="text-ink-3">Compared with</dt>
            <dd>{review.baseRevision ? `revision ${review.baseRevision.number}` : 'nothing: the first revision'}</dd>
            <dt className="text-ink-3">Conclusion</dt>
            <dd>
              <ClassificationTag value={known.success ? known.data : null} />
              {investigation.confidence !== null && ` ${investigation.confidence} of 100`}
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
            <p className="whitespace-pre-wrap rounded-md bg-sunken p-3 text-sm">{review.decisionNote}</p>
          )}
          {open ? (
            <Decision
              review={review}
              onDecided={(decided) => {
                setReview(decided);
                announce(decided.status === 'approved' ? 'Approved' : 'Changes requested');
              }}
            />
          ) : (
            <p className="text-ink-2 text-sm" role="status">
              {review.status === 'approved' ? 'Approved. The commit follows within moments; ' : review.decision.reason}{' '}
              {review.status === 'approved' && (
                <Link className="text-accent underline" href={`/library/${investigation.id}`}>
                  see it in the library
                </Link>
              )}
            </p>
          )}
          <h2 className="font-semibold text-sm">Comments</h2>
          <Thread comments={review.thread.filter((comment) => comment.line === null)} />
          {open && <Composer reviewId={review.id} anchor={null} onDone={commented} />}
        </aside>
      </div>
    </Page>
  );
}

/** Moves focus to the next or previous change from where the focus is. */
function moveToHunk(step: 1 | -1): void {
  const hunks = [...document.querySelectorAll<HTMLElement>('[data-hunk]')];
  const now = hunks.indexOf(document.activeElement as HTMLElement); // null is in no list
  const next = hunks[Math.min(hunks.length - 1, Math.max(0, now + step))];
  next?.focus();
  next?.scrollIntoView({ block: 'center' });
}
