import { CircleCheck, CircleDot, CircleSlash, FileWarning } from 'lucide-react';
import { Tag } from '@/components/ui/badge';
import type { ReviewStatus } from '@/lib/reviews/schema';

export const REVIEW_STATUS_LABEL: Record<ReviewStatus, string> = {
  open: 'Open',
  approved: 'Approved',
  changes_requested: 'Changes requested',
  superseded: 'Superseded',
};
const TONE = { open: 'accent', approved: 'good', changes_requested: 'high', superseded: 'neutral' } as const;
const ICON = { open: CircleDot, approved: CircleCheck, changes_requested: FileWarning, superseded: CircleSlash };

export function ReviewStatusTag({ value }: { value: ReviewStatus }) {
  const Icon = ICON[value];
  return (
    <Tag tone={TONE[value]} icon={<Icon />}>
      {REVIEW_STATUS_LABEL[value]}
    </Tag>
  );
}
