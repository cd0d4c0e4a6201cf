'use client';
import { REVIEW_STATUS_LABEL } from '@/components/labels/review-labels';
import { Button } from '@/components/ui/button';
import { Select } from '@/components/ui/select';
import type { ReviewDetail } from '@/lib/reviews/schema';
import type { Comparison } from './use-compare';

type CompareBarProps = {
  review: ReviewDetail;
  comparison: Comparison;
  /** Whether it is another comparison than the default one. */
  changed: boolean;
  onChange: (view: { from?: string | null; to?: string | null }) => void;
};

/** The two revisions that are compared. */
export function CompareBar({ review, comparison, changed, onChange }: CompareBarProps) {
  const { revisions, baseRevision, seenRevision } = review;
  if (revisions.length < 2) return null;
  const options = revisions.map(({ id, number, status }) => ({
    value: id,
    label: `Revision ${number}, ${id === baseRevision?.id ? 'last approved' : REVIEW_STATUS_LABEL[status].toLowerCase()}${id === seenRevision?.id ? ', seen by you' : ''}`,
  }));
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      <Select
        label="Compare"
        showLabel
        size="sm"
        options={[...options, { value: 'none', label: 'Nothing' }]}
        value={comparison.from ?? 'none'}
        onChange={(from) => onChange({ from })}
      />
      <Select
        label="with"
        showLabel
        size="sm"
        options={options}
        value={comparison.to}
        onChange={(to) => onChange({ to: to === review.revision.id ? null : to })}
      />
      {changed && (
        <Button size="sm" variant="quiet" onClick={() => onChange({ from: null, to: null })}>
          Back to this review
        </Button>
      )}
    </div>
  );
}
