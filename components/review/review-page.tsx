'use client';
import Link from 'next/link';
import { useCallback, useState } from 'react';
import { announce } from '@/components/shell/live-region';
import { Page } from '@/components/shell/page';
import { useShortcuts } from '@/components/shell/shortcuts';
import { Button } from '@/components/ui/button';
import { buttonClass } from '@/components/ui/button-class';
import { type Tab, Tabs } from '@/components/ui/tabs';
import { useWide } from '@/components/ui/use-wide';
import { splitLines } from '@/lib/reviews/diff';
import type { ReviewDetail } from '@/lib/reviews/schema';
import { CompareBar } from './compare-bar';
import { Composer } from './composer';
import { DiffView, type LineAnchor } from './diff-view';
import { useKeptSet } from './kept-text';
import { focusLine, moveToHunk, moveToLine, pointedHunk, pointedLine } from './moving';
import { RenderedDiff } from './rendered-diff';
import { ReviewAside } from './review-aside';
import { ReviewStatusTag } from './review-status';
import { Thread } from './thread';
import { useChecks } from './use-checks';
import { useBlame, useCompare, useReviewView } from './use-compare';
import { useReview } from './use-review';

type View = 'source' | 'rendered' | 'decide';

/** A frozen revision against the last approved text: read, comment, decide. */
export function ReviewPage({ initial }: { initial: ReviewDetail }) {
  const handle = useReview(initial);
  const { review } = handle;
  const { investigation, revision, threads } = review;
  const [{ view, from, to, who }, setView] = useReviewView();
  const wide = useWide(1024);
  const [splitWanted, setSplit] = useState(false);
  const split = splitWanted && wide;
  const [composing, setComposing] = useState<LineAnchor | null>(null);
  const [shownLine, setShownLine] = useState<number | null>(null);
  const { before, after, own } = useCompare(review, from, to);
  const checks = useChecks(investigation.id, { revision: revision.id });
  const blame = useBlame(investigation.id, to ?? revision.id, who);
  const [reviewed, turnReviewed] = useKeptSet(`review.reviewed.${revision.id}`);
  const commentable = review.status !== 'superseded' && own;
  const shown: View = wide && view === 'decide' ? 'source' : view;
  const inSource = shown === 'source';
  const inText = shown !== 'decide';

  const markReviewed = (key: string | null) => {
    if (key === null) return;
    const on = turnReviewed(key);
    announce(on ? 'Marked as reviewed' : 'Not reviewed any more');
    if (on) moveToHunk(1);
  };
  const onLine = useCallback(
    (line: number) => {
      setShownLine(line);
      void setView({ view: 'source', from: null, to: null });
      focusLine(line);
    },
    [setView],
  );
  const group = 'Review';
  useShortcuts([
    { group, keys: 'm', label: 'Split or unified', run: () => setSplit((now) => !now), disabled: !inSource || !wide },
    { group, keys: 'n', label: 'Next change', run: () => moveToHunk(1) },
    { group, keys: 'p', label: 'Previous change', run: () => moveToHunk(-1) },
    { group, keys: 'r', label: 'Change reviewed', run: () => markReviewed(pointedHunk()), disabled: !inSource },
    { group, keys: 'j', label: 'Next line', run: () => moveToLine(1), disabled: !inSource },
    { group, keys: 'k', label: 'Previous line', run: () => moveToLine(-1), disabled: !inSource },
    {
      ...{ group, keys: 'c', label: 'Comment on this line', disabled: !inText || !commentable },
      run: () => setComposing(pointedLine()),
    },
    { group, keys: 'w', label: 'Who wrote it', run: () => void setView({ who: !who }), disabled: !inText },
  ]);

  const doneComposing = () => {
    const back = composing;
    setComposing(null);
    if (back) {
      setTimeout(() =>
        document.querySelector<HTMLElement>(`[data-line="${back.line}"][data-side="${back.side}"]`)?.focus(),
      );
    }
  };
  /** Threads and the composer of lines [first, last] of a side. */
  const notes = (side: LineAnchor['side'], first: number, last: number) => {
    const inside = (anchor: { line: number | null; side: string } | null) =>
      anchor?.line != null && anchor.side === side && anchor.line >= first && anchor.line <= last;
    const here = own ? threads.filter(inside) : [];
    const writing = own && inside(composing) ? composing : null;
    if (here.length === 0 && !writing) return null;
    const line = writing && splitLines(writing.side === 'old' ? before : after)[writing.line - 1];
    return (
      <div className="my-1 flex max-w-2xl flex-col gap-2">
        {here.map((thread) => (
          <Thread key={thread.id} thread={thread} handle={handle} />
        ))}
        {writing && (
          <Composer
            label={`Comment on line ${writing.line}`}
            name={`review.comment.${review.id}.${writing.side}.${writing.line}`}
            onSend={(body, later) => handle.comment(body, { anchor: writing }, later)}
            onDone={doneComposing}
            {...(line && writing.side === 'new' ? { line } : {})}
          />
        )}
      </div>
    );
  };
  const keep = own
    ? [
        ...threads.flatMap(({ line, side }) => (line === null ? [] : [{ line, side }])),
        ...(shownLine === null ? [] : [{ line: shownLine, side: 'new' as const }]),
        ...(composing ? [composing] : []),
      ]
    : [];
  const comment = commentable ? { onComment: setComposing } : {};
  const aside = <ReviewAside handle={handle} checks={checks} onLine={onLine} />;

  const tabs: Tab<View>[] = [
    {
      value: 'source',
      label: 'Changes',
      panel: (
        <DiffView
          {...{ before, after, split, keep, reviewed, blame, ...comment }}
          onReviewed={markReviewed}
          below={({ line, side }) => notes(side, line, line)}
        />
      ),
    },
    {
      value: 'rendered',
      label: 'Rendered',
      panel: (
        <RenderedDiff {...{ before, after, blame, ...comment }} below={(first, last) => notes('new', first, last)} />
      ),
    },
  ];
  if (!wide) tabs.push({ value: 'decide', label: 'Decide and comment', panel: <div className="p-4">{aside}</div> });

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
      {...(review.revisions.length > 1 && inText
        ? { toolbar: <CompareBar review={review} from={from} to={to} onChange={(next) => void setView(next)} /> }
        : {})}
    >
      <div className="flex min-h-0 flex-1">
        <Tabs<View>
          label="How the change is shown"
          className="h-full min-w-0 flex-1"
          value={shown}
          onChange={(next) => void setView({ view: next })}
          tabs={tabs}
          actions={
            inText ? (
              <>
                <Button size="sm" variant="quiet" aria-pressed={who} onClick={() => void setView({ who: !who })}>
                  Who wrote it
                </Button>
                {inSource && wide && (
                  <Button size="sm" variant="quiet" onClick={() => setSplit(!splitWanted)}>
                    {split ? 'Unified' : 'Split'}
                  </Button>
                )}
              </>
            ) : undefined
          }
        />
        {wide && (
          <aside aria-label="Review" className="w-88 shrink-0 overflow-y-auto border-line border-l p-4 max-lg:hidden">
            {aside}
          </aside>
        )}
      </div>
    </Page>
  );
}
