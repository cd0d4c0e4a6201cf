'use client';
import Link from 'next/link';
import { useState } from 'react';
import { announce } from '@/components/shell/live-region';
import { Page } from '@/components/shell/page';
import { useShortcuts } from '@/components/shell/shortcuts';
import { Button } from '@/components/ui/button';
import { buttonClass } from '@/components/ui/button-class';
import { type Tab, Tabs } from '@/components/ui/tabs';
import { useWide } from '@/components/ui/use-wide';
import type { CommentView, ReviewDetail } from '@/lib/reviews/schema';
import { DiffView, type LineAnchor } from './diff-view';
import { moveToHunk, moveToLine, pointedLine } from './moving';
import { RenderedDiff } from './rendered-diff';
import { ReviewAside } from './review-aside';
import { ReviewStatusTag } from './review-status';
import { Composer, Thread } from './thread';

type View = 'source' | 'rendered' | 'decide';

/** A frozen revision against the last approved text: read, comment, decide. */
export function ReviewPage({ initial }: { initial: ReviewDetail }) {
  const [review, setReview] = useState(initial);
  const [view, setView] = useState<View>('source');
  const wide = useWide(1024);
  const [splitWanted, setSplit] = useState(false);
  const split = splitWanted && wide;
  const [composing, setComposing] = useState<LineAnchor | null>(null);
  const commentable = review.status !== 'superseded';
  const shown = wide && view === 'decide' ? 'source' : view;

  const inSource = shown === 'source';
  const group = 'Review';
  useShortcuts([
    { group, keys: 'm', label: 'Split or unified', run: () => setSplit((now) => !now), disabled: !inSource || !wide },
    { group, keys: 'n', label: 'Next change', run: () => moveToHunk(1) },
    { group, keys: 'p', label: 'Previous change', run: () => moveToHunk(-1) },
    { group, keys: 'j', label: 'Next line', run: () => moveToLine(1), disabled: !inSource },
    { group, keys: 'k', label: 'Previous line', run: () => moveToLine(-1), disabled: !inSource },
    {
      ...{ group, keys: 'c', label: 'Comment on this line', disabled: !inSource || !commentable },
      run: () => setComposing(pointedLine()),
    },
  ]);

  const commented = (comment: CommentView | null) => {
    const back = composing;
    setComposing(null);
    if (comment) setReview((now) => ({ ...now, comments: now.comments + 1, thread: [...now.thread, comment] }));
    if (back) {
      setTimeout(() =>
        document.querySelector<HTMLElement>(`tr[data-line="${back.line}"][data-side="${back.side}"]`)?.focus(),
      );
    }
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
  const keep = review.thread.flatMap(({ line, side }) => (line === null ? [] : [{ line, side }]));
  const decided = (next: ReviewDetail) => {
    setReview(next);
    if (next.status !== review.status) announce(next.status === 'approved' ? 'Approved' : 'This review is decided');
  };
  const aside = <ReviewAside review={review} onChange={decided} onComment={commented} />;

  const tabs: Tab<View>[] = [
    {
      value: 'source',
      label: 'Changes',
      panel: (
        <DiffView
          before={review.baseMarkdown}
          after={review.markdown}
          split={split}
          keep={keep}
          below={below}
          {...(commentable ? { onComment: setComposing } : {})}
        />
      ),
    },
    {
      value: 'rendered',
      label: 'Rendered',
      panel: <RenderedDiff before={review.baseMarkdown} after={review.markdown} />,
    },
  ];
  if (!wide) tabs.push({ value: 'decide', label: 'Decide and comment', panel: <div className="p-4">{aside}</div> });

  const { investigation } = review;
  return (
    <Page
      title={investigation.title}
      layout="fill"
      detail={
        <span className="hidden items-center gap-2 sm:flex">
          <ReviewStatusTag value={review.status} />
          <span className="hidden font-mono xl:inline">{investigation.codename}</span>
        </span>
      }
      actions={
        <Link className={buttonClass('default', 'sm')} href={`/investigations/${investigation.id}`}>
          Open in editor
        </Link>
      }
    >
      <div className="flex min-h-0 flex-1">
        <Tabs<View>
          label="How the change is shown"
          className="h-full min-w-0 flex-1"
          value={shown}
          onChange={setView}
          tabs={tabs}
          actions={
            inSource && wide ? (
              <Button size="sm" variant="quiet" onClick={() => setSplit(!splitWanted)}>
                {split ? 'Unified' : 'Split'}
              </Button>
            ) : undefined
          }
        />
        {wide && (
          <aside aria-label="Review" className="w-80 shrink-0 max-lg:hidden overflow-y-auto border-line border-l p-4">
            {aside}
          </aside>
        )}
      </div>
    </Page>
  );
}
