import dynamic from 'next/dynamic';
import { CaseTimeline } from '@/components/case/case-timeline';
import { DiffView } from '@/components/case/diff-view';
import type { LineAnchor, LineSelection } from '@/components/case/use-line-selection';
import { ErrorBoundary } from '@/components/ui/error-boundary';
import type { Tab } from '@/components/ui/tabs';
import type { BlameRange } from '@/lib/reviews/blame';
import type { ReviewDetail } from '@/lib/reviews/schema';
import { lineNotes } from './line-notes';
import { moveToHunk } from './moving';
import type { useReviewPanels } from './review-panels';
import type { Comparison, TextView } from './use-compare';
import type { Composing } from './use-composing';
import type { ReviewHandle } from './use-review';

// With the Markdown renderer, which the line-by-line view does without.
const RenderedDiff = dynamic(() => import('./rendered-diff').then((file) => file.RenderedDiff), {
  loading: () => null,
});

type ReportViewsProps = {
  handle: ReviewHandle;
  comparison: Comparison;
  blame: BlameRange[] | null;
  composing: Composing;
  /** null: this text takes no comments. */
  selection: LineSelection | null;
  panels: Pick<ReturnType<typeof useReviewPanels>, 'numbers' | 'cite'>;
  split: boolean;
  reviewed: ReadonlySet<string>;
  onReviewed: (hunk: string | null) => void;
  /** A line that was jumped to. */
  shownLine: number | null;
};

/** The compared texts, line by line and as they are read, each with its comments. */
export function reportViews(props: ReportViewsProps): Tab<TextView>[] {
  const { handle, comparison, blame, composing, selection, panels, split, reviewed, onReviewed, shownLine } = props;
  const { before, after, own } = comparison;
  const notes = { handle, composing, text: after };
  const comment = selection ? { onComment: composing.compose } : {};
  return [
    {
      value: 'source',
      label: 'Changes',
      panel: (
        <DiffView
          before={before}
          after={after}
          reviewed={reviewed}
          blame={blame}
          split={split}
          sides={own}
          {...comment}
          {...(selection ? { selection } : {})}
          keep={keptLines(handle.review, own, shownLine, composing.composing)}
          onReviewed={onReviewed}
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
            before={before}
            after={after}
            blame={blame}
            {...comment}
            evidence={panels.numbers}
            onCite={panels.cite}
            timeline={<CaseTimeline investigationId={handle.review.investigation.id} onEvidence={panels.cite} />}
            below={(first, last) => own.new && lineNotes(notes, 'new', [first, last])}
            onNext={() => moveToHunk(1)}
          />
        </ErrorBoundary>
      ),
    },
  ];
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
