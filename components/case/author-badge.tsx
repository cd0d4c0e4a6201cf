import { Badge } from '@/components/ui/badge';
import type { BlameRange } from '@/lib/reviews/blame';

/** The author of a passage: a person, the template, or a model and the person who accepted its text. */
export function AuthorBadge({ author, className }: { author: BlameRange; className?: string }) {
  return (
    <Badge tone={author.kind === 'model' ? 'model' : 'neutral'} className={className} title={authorName(author)}>
      <span className="truncate">{authorName(author)}</span>
    </Badge>
  );
}

export function authorName({ kind, by, model }: BlameRange): string {
  if (kind === 'template') return 'template';
  if (kind === 'model') return `${model ?? 'a model'}${by ? `, accepted by ${by}` : ''}`;
  return by ?? 'deleted user';
}
