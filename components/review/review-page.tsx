'use client';
import Link from 'next/link';
import { useCallback, useMemo, useState } from 'react';
import { DiffView } from '@/components/case/diff-view';
import { lineRangeLabel } from '@/components/case/line-range-label';
import { useChecks } from '@/components/case/use-checks';
import { type LineAnchor, useLineSelection } from '@/components/case/use-line-selection';
import { ReviewStatusTag } from '@/components/labels/review-labels';
import { announce } from '@/components/shell/live-region';
import { Page } from '@/components/shell/page';
import { useShortcuts } from '@/components/shell/shortcuts';
import { Button } from '@/components/ui/button';
import { buttonClass } from '@/components/ui/button-class';
import { type Tab, Tabs } from '@/components/ui/tabs';
import { Unseen } from '@/components/ui/unseen';
import { useWide } from '@/components/ui/use-wide';
import type { ReviewDetail } from '@/lib/reviews/schema';
import { splitLines } from '@/lib/text/line-diff';
import { CompareBar } from './compare-bar';
import { Composer } from './composer';
import { useKeptSet, useKeptText } from './kept-text';
import { focusDecision, focusLine, moveAlong, moveToHunk, moveToLine, pointedHunk, pointedLine } from './moving';
import { RenderedDiff } from './rendered-diff';
import { ReviewAside } from './review-aside';
import { Thread } from './thread';
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
  const selection = useLineSelection();
  // Kept with the words in it: after a reload the half-written comment stands where it stood.
  const [place, setPlace] = useKeptText(`review.composing.${review.id}`);
  const composing = useMemo(() => anchorOf(place), [place]);
  const [shownLine, setShownLine] = useState<number | null>(null);
  const { before, after, own } = useCompare(review, from, to);
  const checks = useChecks(investigation.id, { revision: revision.id });
  const blame = useBlame(investigation.id, to ?? revision.id, who);
  const [reviewed, turnReviewed] = useKeptSet(`review.reviewed.${revision.id}`);
  const commentable = review.status !== 'superseded' && own;
  const compose = ({ side, line, lineEnd }: LineAnchor) => setPlace(`${side} ${line} ${lineEnd}`);
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
  const leadOn = (step: 1 | -1) => {
    const moved = moveAlong(step);
    if (!moved) return;
    const { selected } = selection;
    // Going on from where the selection ends; anywhere else a new one begins.
    const edge = selected?.side === moved.from.side && [selected.line, selected.lineEnd].includes(moved.from.line);
    if (!edge) selection.begin(moved.from);
    selection.extend(moved.to);
  };
  const lines = { disabled: !inSource || !commentable, hiddenInPalette: true };
  const group = 'Review';
  useShortcuts([
    { group, keys: 'm', label: 'Split or unified', run: () => setSplit((now) => !now), disabled: !inSource || !wide },
    { group, keys: 'n', label: 'Next change', run: () => moveToHunk(1) },
    { group, keys: 'p', label: 'Previous change', run: () => moveToHunk(-1) },
    { group, keys: 'r', label: 'Change reviewed', run: () => markReviewed(pointedHunk()), disabled: !inSource },
    { group, keys: 'j', label: 'Next line', run: () => moveToLine(1), disabled: !inSource },
    { group, keys: 'k', label: 'Previous line', run: () => moveToLine(-1), disabled: !inSource },
    {
      group,
      keys: 'c',
      label: 'Comment on this line',
      disabled: !inText || !commentable,
      run: () => {
        const pointed = pointedLine();
        if (pointed) compose(inSource ? selection.around(pointed) : pointed);
      },
    },
    { group, keys: 'shift+arrowdown', label: 'Select one line more', run: () => leadOn(1), ...lines },
    { group, keys: 'shift+arrowup', label: 'Select one line less', run: () => leadOn(-1), ...lines },
    {
      group,
      keys: 'escape',
      label: 'Select no lines',
      run: selection.clear,
      disabled: selection.selected === null,
      hiddenInPalette: true,
    },
    { group, keys: 'd', label: 'Go to the decision', run: focusDecision },
    { group, keys: 'w', label: 'Who wrote it', run: () => void setView({ who: !who }), disabled: !inText },
  ]);

  const doneComposing = () => {
    const back = composing;
    setPlace('');
    selection.clear();
    if (back) {
      setTimeout(() =>
        document.querySelector<HTMLElement>(`[data-line="${back.line}"][data-side="${back.side}"]`)?.focus(),
      );
    }
  };
  /** Threads and the composer whose lines end in [first, last] of a side. */
  const notes = (side: LineAnchor['side'], first: number, last: number) => {
    const inside = (anchor: { lineEnd: number | null; side: string } | null) =>
      anchor?.lineEnd != null && anchor.side === side && anchor.lineEnd >= first && anchor.lineEnd <= last;
    const here = own ? threads.filter(inside) : [];
    const writing = own && inside(composing) ? composing : null;
    if (here.length === 0 && !writing) return null;
    return (
      <div className="my-1 flex max-w-2xl flex-col gap-2">
        {here.map((thread) => (
          <Thread key={thread.id} thread={thread} handle={handle} />
        ))}
        {writing && (
          <Composer
            label={`Comment on ${lineRangeLabel(writing).toLowerCase()}`}
            name={`review.comment.${review.id}.${place}`}
            onSend={(body, later) => handle.comment(body, { anchor: writing }, later)}
            onDone={doneComposing}
            {...(writing.side === 'new' ? { lines: linesIn(after, writing) } : {})}
          />
        )}
      </div>
    );
  };
  const keep = own
    ? [
        ...threads.flatMap(({ line, lineEnd, side }) => (line && lineEnd ? [{ line, lineEnd, side }] : [])),
        ...(shownLine === null ? [] : [{ line: shownLine, lineEnd: shownLine, side: 'new' as const }]),
        ...(composing ? [composing] : []),
      ]
    : [];
  const comment = commentable ? { onComment: compose } : {};
  const aside = <ReviewAside handle={handle} checks={checks} onLine={onLine} />;

  const tabs: Tab<View>[] = [
    {
      value: 'source',
      label: 'Changes',
      panel: (
        <DiffView
          {...{ before, after, split, keep, reviewed, blame, ...comment, ...(commentable ? { selection } : {}) }}
          onReviewed={markReviewed}
          below={({ line, side }) => notes(side, line, line)}
        />
      ),
    },
    {
      value: 'rendered',
      label: 'Rendered',
      panel: (
        <RenderedDiff
          {...{ before, after, blame, ...comment }}
          below={(first, last) => notes('new', first, last)}
          onNext={() => moveToHunk(1)}
        />
      ),
    },
  ];
  if (!wide) tabs.push({ value: 'decide', label: 'Decide', panel: <div className="p-4">{aside}</div> });

  return (
    <Page
      title={<Unseen text={investigation.title} />}
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
                  <Button size="sm" variant="quiet" className="max-lg:hidden" onClick={() => setSplit(!splitWanted)}>
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

function anchorOf(place: string): LineAnchor | null {
  const [, side, line, lineEnd] = /^(new|old) (\d+) (\d+)$/.exec(place) ?? [];
  return side ? { side: side === 'old' ? 'old' : 'new', line: Number(line), lineEnd: Number(lineEnd) } : null;
}

const linesIn = (text: string, { line, lineEnd }: LineAnchor): string =>
  splitLines(text)
    .slice(line - 1, lineEnd)
    .join('\n');
