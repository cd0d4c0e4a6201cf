'use client';
import Link from 'next/link';
import { type ReactNode, useCallback, useEffect, useState } from 'react';
import { useChecks } from '@/components/case/use-checks';
import { useLineSelection } from '@/components/case/use-line-selection';
import { ReviewStatusTag } from '@/components/labels/review-labels';
import { api } from '@/components/shell/api';
import { useKeptSet } from '@/components/shell/kept-text';
import { announce } from '@/components/shell/live-region';
import { Page } from '@/components/shell/page';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { buttonClass } from '@/components/ui/button-class';
import { SplitPane } from '@/components/ui/split-pane';
import { Tabs } from '@/components/ui/tabs';
import { Unseen } from '@/components/ui/unseen';
import { useWide } from '@/components/ui/use-wide';
import type { AlertItem } from '@/lib/alerts/schema';
import type { EvidenceItem } from '@/lib/evidence/schema';
import type { ReviewDetail } from '@/lib/reviews/schema';
import { CompareBar } from './compare-bar';
import { focusDecision, focusLine, moveToHunk } from './moving';
import { reportViews } from './report-views';
import { useReviewPanels } from './review-panels';
import { type SideView, type TextView, useBlame, useCompare, useReviewView } from './use-compare';
import { useComposing } from './use-composing';
import { useReview } from './use-review';
import { useReviewKeys } from './use-review-keys';

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
  const wide = useWide(1024);
  const { view, setView, text, byDefault, inText, comparison, isChosen, blame, blamed } = useShownText(review, wide);
  const checks = useChecks(review.investigation.id, { revision: review.revision.id });
  const [splitWanted, setSplit] = useState(false);
  const { shownLine, onLine } = useShownLine(setView);
  const selection = useLineSelection();
  const composing = useComposing(review.id, selection);
  const [reviewed, turnReviewed] = useKeptSet(`review.reviewed.${review.revision.id}`);
  useMarkSeen(review.id);

  const commentable = review.status !== 'superseded' && comparison.own.new;

  const onReviewed = (key: string | null) => {
    if (key === null) return;
    const on = turnReviewed(key);
    announce(on ? 'Marked as reviewed' : 'Marked as not reviewed');
    if (on) moveToHunk(1);
  };
  const onBlame = () => void setView({ blame: !blamed });
  const onSplit = wide ? () => setSplit((now) => !now) : null;
  const onDecision = () => {
    panels.open('review');
    focusDecision();
  };
  const panels = useReviewPanels({ handle, checks, evidence, alerts, proposed, onLine, wide, onView: setView });
  const inSource = inText && text === 'source';
  const onCompose = composing.compose;
  useReviewKeys({ inSource, inText, commentable, selection, onSplit, onBlame, onDecision, onCompose, onReviewed });

  const split = splitWanted && wide;
  const texts = reportViews({
    handle,
    comparison,
    blame,
    composing,
    panels,
    split,
    reviewed,
    onReviewed,
    shownLine,
    selection: commentable ? selection : null,
  });
  const report = (
    <Tabs<TextView | SideView>
      label="View of the report"
      className="h-full min-w-0 flex-1"
      value={wide ? text : (view ?? byDefault)}
      onChange={(next) => void setView({ view: next })}
      tabs={wide ? texts : [...texts, ...panels.tabs]}
      actions={
        inText && <ViewOptions blamed={blamed} split={split} onBlame={onBlame} onSplit={inSource ? onSplit : null} />
      }
    />
  );
  const compare = review.revisions.length > 1 && inText && (
    <CompareBar review={review} comparison={comparison} changed={isChosen} onChange={(next) => void setView(next)} />
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
      {...(compare ? { toolbar: compare } : {})}
    >
      {wide ? <BesidePanels report={report} panels={panels} /> : report}
    </Page>
  );
}

/** Which text the page shows, in which form and compared with what, and whose its lines are. All of it is in the URL. */
function useShownText(review: ReviewDetail, wide: boolean) {
  const [{ view, from, to, blame: blamed }, setView] = useReviewView();
  const comparison = useCompare(review, { from, to });
  const blame = useBlame(review.investigation.id, comparison.to, blamed);
  // A text that is compared with nothing is read, not marked as added from the first line to the last.
  const byDefault: TextView = comparison.from === null ? 'rendered' : 'source';
  const isText = view === 'source' || view === 'rendered';
  return {
    view,
    setView,
    byDefault,
    text: isText ? view : byDefault,
    /** The report is in view: beside the panels, or in place of them. */
    inText: wide || view === null || isText,
    comparison,
    /** Somebody chose what is compared. */
    isChosen: from !== null || to !== null,
    blame,
    blamed,
  };
}

/** The line of the review's own text that a finding or a thread led to. */
function useShownLine(setView: ReturnType<typeof useReviewView>[1]) {
  const [shownLine, setShownLine] = useState<number | null>(null);
  const onLine = useCallback(
    (line: number) => {
      setShownLine(line);
      void setView({ view: 'source', to: null });
      focusLine(line);
    },
    [setView],
  );
  return { shownLine, onLine };
}

type ViewOptionsProps = { blamed: boolean; onBlame: () => void; split: boolean; onSplit: (() => void) | null };

function ViewOptions({ blamed, onBlame, split, onSplit }: ViewOptionsProps) {
  return (
    <>
      <Button size="sm" variant="quiet" aria-pressed={blamed} onClick={onBlame}>
        Show authors
      </Button>
      {onSplit && (
        <Button size="sm" variant="quiet" className="max-lg:hidden" onClick={onSplit}>
          {split ? 'Unified' : 'Split'}
        </Button>
      )}
    </>
  );
}

function BesidePanels({ report, panels }: { report: ReactNode; panels: ReturnType<typeof useReviewPanels> }) {
  return (
    <SplitPane
      label="Width of the report"
      name="review.report"
      initial={70}
      min={45}
      max={80}
      first={report}
      second={
        <aside aria-label="Review" className="flex min-h-0 flex-1 flex-col max-lg:hidden">
          <Tabs label="Review" className="h-full" tabs={panels.tabs} value={panels.side} onChange={panels.setSide} />
        </aside>
      }
    />
  );
}

function Detail({ review }: { review: ReviewDetail }) {
  return (
    <span className="hidden items-center gap-2 sm:flex">
      <ReviewStatusTag value={review.status} />
      {review.investigation.sample && <Badge tone="accent">sample</Badge>}
      <span className="hidden font-mono xl:inline">{review.investigation.codename}</span>
    </span>
  );
}

/** The next revision of this case opens compared with this one. */
function useMarkSeen(reviewId: string): void {
  useEffect(() => {
    api.put('/api/reviews/{id}/seen', { params: { id: reviewId }, stay: true }).catch(() => {
      // Then the next revision is compared with an earlier one.
    });
  }, [reviewId]);
}
