'use client';
import { REVIEW_STATUS_LABEL } from '@/components/labels/review-labels';
import { Button } from '@/components/ui/button';
import { Select } from '@/components/ui/select';
import type { ReviewDetail } from '@/lib/reviews/schema';

type CompareBarProps = {
  review: ReviewDetail;
  from: string | null;
  to: string | null;
  onChange: (view: { from?: string | null; to?: string | null }) => void;
};

/** Which two revisions are compared. */
export function CompareBar({ review, from, to, onChange }: CompareBarProps) {
  const { revisions, revision, baseRevision } = review;
  if (revisions.length < 2) return null;
  const options = revisions.map(({ id, number, status }) => ({
    value: id,
    label: `revision ${number}, ${REVIEW_STATUS_LABEL[status].toLowerCase()}`,
  }));
  const left = [...(baseRevision ? [] : [{ value: 'none', label: 'nothing' }]), ...options];
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      <Select
        label="Compare"
        showLabel
        size="sm"
        options={left}
        value={from ?? baseRevision?.id ?? 'none'}
        onChange={(id) => onChange({ from: id === 'none' || id === baseRevision?.id ? null : id })}
      />
      <Select
        label="with"
        showLabel
        size="sm"
        options={options}
        value={to ?? revision.id}
        onChange={(id) => onChange({ to: id === revision.id ? null : id })}
      />
      {(from || to) && (
        <Button size="sm" variant="quiet" onClick={() => onChange({ from: null, to: null })}>
          Back to this review
        </Button>
      )}
    </div>
  );
}
