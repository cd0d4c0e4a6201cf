import { Badge } from '@/components/ui/badge';
import type { BlameRange } from '@/lib/reviews/blame';

/** Who wrote a passage: a person, the template, or a model, and who took it. */
export function HandBadge({ hand, className }: { hand: BlameRange; className?: string }) {
  return (
    <Badge tone={hand.kind === 'model' ? 'model' : 'neutral'} className={className} title={handName(hand)}>
      <span className="truncate">{handName(hand)}</span>
    </Badge>
  );
}

export function handName({ kind, by, model }: BlameRange): string {
  if (kind === 'template') return 'template';
  if (kind === 'model') return `${model ?? 'a model'}${by ? `, taken by ${by}` : ''}`;
  return by ?? 'somebody who is gone';
}
