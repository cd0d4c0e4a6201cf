'use client';
import dynamic from 'next/dynamic';
import Link from 'next/link';
import { useCallback, useEffect, useState } from 'react';
import { DiffView } from '@/components/case/diff-view';
import { useChecks } from '@/components/case/use-checks';
import { type LineAnchor, useLineSelection } from '@/components/case/use-line-selection';
import { ReviewStatusTag } from '@/components/labels/review-labels';
import { api } from '@/components/shell/api';
import { announce } from '@/components/shell/live-region';
import { Page } from '@/components/shell/page';
import { Button } from '@/components/ui/button';
import { buttonClass } from '@/components/ui/button-class';
import { ErrorBoundary } from '@/components/ui/error-boundary';
import { SplitPane } from '@/components/ui/split-pane';
import { type Tab, Tabs } from '@/components/ui/tabs';
import { Unseen } from '@/components/ui/unseen';
import { useWide } from '@/components/ui/use-wide';
import type { AlertItem } from '@/lib/alerts/schema';
import type { EvidenceItem } from '@/lib/evidence/schema';
import type { ReviewDetail } from '@/lib/reviews/schema';
import { CompareBar } from './compare-bar';
import { useKeptSet } from './kept-text';
import { lineNotes } from './line-notes';
import { focusDecision, focusLine, moveToHunk } from './moving';
import { useReviewPanels } from './review-panels';
import { useBlame, useCompare, useReviewView } from './use-compare';
import { useComposing } from './use-composing';
import { useReview } from './use-review';
import { useReviewKeys } from './use-review-keys';

// With the Markdown renderer, which the line-by-line view does without.
const RenderedDiff = dynamic(() => import('./rendered-diff').then((file) => file.RenderedDiff), {
  loading: () => null,
});

export const TEXT_VIEWS = ['source', 'rendered'] as const;
export const SIDE_VIEWS = ['review', 'checks', 'evidence', 'alerts'] as const;
export type TextView = (typeof TEXT_VIEWS)[number];
export type SideView = (typeof SIDE_VIEWS)[number];

type ReviewPageProps = {
  initial: ReviewDetail;
  evidence: EvidenceItem[];
  alerts: AlertItem[];
  /** The assessment is a model's proposal that nobody has accepted. */
  proposed: boolean;
};

/** A frozen revision against an earlier one: read, check the evidence, comment, decide. */
export function ReviewPage({ initial, evidence, alerts, proposed }: ReviewPageProps) {
  const handle = useReview(initial);
  const { review } = handle;
  const [{ view, from, to, blame: blamed }, setView] = useReviewView();
  const wide = useWide(1024);
  const comparison = useCompare(review, { from, to });
  const { before, after, own } = comparison;
  const checks = useChecks(review.investigation.id, { revision: review.revision.id });
  const blame = useBlame(review.investigation.id, comparison.to, blamed);
  const [splitWanted, setSplit] = useState(false);
  const [shownLine, setShownLine] = useState<number | null>(null);
  const selection = useLineSelection();
  const composing = useComposing(review.id, selection);
  const [reviewed, turnReviewed] = useKeptSet(`review.reviewed.${review.revision.id}`);
  useMarkSeen(review.id);

  // A text that is compared with nothing is read, not marked as added from the first line to the last.
  const byDefault: TextView = comparison.from === null ? 'rendered' : 'source';
  const isText = view === 'source' || view === 'rendered';
  const text: TextView = isText ? view : byDefault;
  const inText = wide || view === null || isText;
  const commentable = review.status !== 'superseded' && own.new;

  const markReviewed = (key: string | null) => {
    if (key === null) return;
    const on = turnReviewed(key);
    announce(on ? 'Marked as reviewed' : 'Marked as not reviewed');
    if (on) moveToHunk(1);
  };
  const onLine = useCallback(
    (line: number) => {
      setShownLine(line);
      void setView({ view: 'source', to: null });
      focusLine(line);
    },
    [setView],
  );
  const panels = useReviewPanels({ handle, checks, evidence, alerts, proposed, onLine, wide, onView: setView });
  useReviewKeys({
    inSource: inText && text === 'source',
    inText,
    commentable,
    selection,
    onSplit: wide ? () => setSplit((now) => !now) : null,
    onBlame: () => void setView({ blame: !blamed }),
    onDecision: () => {
      panels.open('review');
      focusDecision();
    },
    onCompose: composing.compose,
    onReviewed: markReviewed,
  });

  const notes = { handle, composing, text: after };
  const comment = commentable ? { onComment: composing.compose } : {};
  const texts: Tab<TextView | SideView>[] = [
    {
      value: 'source',
      label: 'Changes',
      panel: (
        <DiffView
          {...{ before, after, reviewed, blame, sides: own, ...comment, ...(commentable ? { selection } : {}) }}
          split={splitWanted && wide}
          keep={keptLines(review, own, shownLine, composing.composing)}
          onReviewed={markReviewed}
          below={({ line, side }) => own[side] && lineNotes(notes, side, [line, line])}
        />
      ),
    },
    {
      value: 'rendered',
      label: 'Rendered',
      panel: (
        <ErrorBoundary label="The report">
          <RenderedDiff
            {...{ before, after, blame, ...comment, evidence: panels.numbers }}
            onCite={panels.cite}
            below={(first, last) => own.new && lineNotes(notes, 'new', [first, last])}
            onNext={() => moveToHunk(1)}
          />
        </ErrorBoundary>
      ),
    },
  ];
  const textTabs = (
    <Tabs<TextView | SideView>
      label="View of the report"
      className="h-full min-w-0 flex-1"
      value={wide ? text : (view ?? byDefault)}
      onChange={(next) => void setView({ view: next })}
      tabs={wide ? texts : [...texts, ...panels.tabs]}
      actions={
        inText && (
          <>
            <Button size="sm" variant="quiet" aria-pressed={blamed} onClick={() => void setView({ blame: !blamed })}>
              Show authors
            </Button>
            {text === 'source' && wide && (
              <Button size="sm" variant="quiet" className="max-lg:hidden" onClick={() => setSplit(!splitWanted)}>
                {splitWanted ? 'Unified' : 'Split'}
              </Button>
            )}
          </>
        )
      }
    />
  );
  return (
    <Page
      title={<Unseen text={review.investigation.title} />}
      layout="fill"
      detail={<Detail review={review} />}
      actions={
        <Link className={buttonClass('default', 'sm')} href={`/investigations/${review.investigation.id}`}>
          Open in editor
        </Link>
      }
      {...(review.revisions.length > 1 && inText
        ? {
            toolbar: (
              <CompareBar
                {...{ review, comparison }}
                changed={from !== null || to !== null}
                onChange={(next) => void setView(next)}
              />
            ),
          }
        : {})}
    >
      {wide ? (
        <SplitPane
          label="Width of the report"
          name="review.report"
          initial={70}
          min={45}
          max={80}
          first={textTabs}
          second={
            <aside aria-label="Review" className="flex min-h-0 flex-1 flex-col max-lg:hidden">
              <Tabs
                label="Review"
                className="h-full"
                tabs={panels.tabs}
                value={panels.side}
                onChange={panels.setSide}
              />
            </aside>
          }
        />
      ) : (
        textTabs
      )}
    </Page>
  );
}

function Detail({ review }: { review: ReviewDetail }) {
  return (
    <span className="hidden items-center gap-2 sm:flex">
      <ReviewStatusTag value={review.status} />
      <span className="hidden font-mono xl:inline">{review.investigation.codename}</span>
    </span>
  );
}

/** Lines that are shown although they did not change: they have comments, are commented now, or were jumped to. */
function keptLines(
  { threads }: ReviewDetail,
  own: { old: boolean; new: boolean },
  shownLine: number | null,
  composing: LineAnchor | null,
): LineAnchor[] {
  const anchors = threads.flatMap(({ line, lineEnd, side }) => (line && lineEnd ? [{ line, lineEnd, side }] : []));
  const shown = shownLine === null ? [] : [{ line: shownLine, lineEnd: shownLine, side: 'new' as const }];
  return [...anchors, ...shown, ...(composing ? [composing] : [])].filter(({ side }) => own[side]);
}

/** The next revision of this case opens compared with this one. */
function useMarkSeen(reviewId: string): void {
  useEffect(() => {
    api.put('/api/reviews/{id}/seen', { params: { id: reviewId }, stay: true }).catch(() => {
      // Then the next revision is compared with an earlier one.
    });
  }, [reviewId]);
}
