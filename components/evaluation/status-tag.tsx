import { CircleCheck, CirclePause, CircleSlash, Clock, LoaderCircle } from 'lucide-react';
import { Tag } from '@/components/ui/badge';
import type { EvaluationStatus } from '@/lib/evaluation/schema';

const LOOK = {
  queued: { label: 'Queued', tone: 'neutral', Icon: Clock },
  running: { label: 'Running', tone: 'accent', Icon: LoaderCircle },
  finished: { label: 'Finished', tone: 'good', Icon: CircleCheck },
  stopped: { label: 'Stopped', tone: 'medium', Icon: CirclePause },
  cancelled: { label: 'Cancelled', tone: 'neutral', Icon: CircleSlash },
} as const satisfies Record<EvaluationStatus, unknown>;

export function EvaluationStatusTag({ value }: { value: EvaluationStatus }) {
  const { label, tone, Icon } = LOOK[value];
  return (
    <Tag tone={tone} icon={<Icon />}>
      {label}
    </Tag>
  );
}
