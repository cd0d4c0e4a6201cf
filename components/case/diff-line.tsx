import { cx } from '@/components/ui/class-names';
import { Unseen } from '@/components/ui/unseen';
import type { DiffPart, DiffRow } from '@/lib/text/line-diff';

/** The text of one line of a diff: changed words stand out, characters that can't be seen are named. */
export function DiffLine({ kind, parts }: { kind: DiffRow['kind']; parts: DiffPart[] }) {
  const strong = kind === 'added' ? 'bg-added-strong' : 'bg-removed-strong';
  return (
    <span className="whitespace-pre-wrap [overflow-wrap:anywhere]">
      {parts.map((part, index) => {
        // A wholly new line needs no word marks: the line's own colour says it.
        const marked = part.changed && kind !== 'same' && parts.length > 1;
        return (
          <span key={index} className={cx(marked && `rounded-xs ${strong}`)}>
            <Unseen text={part.text} />
          </span>
        );
      })}
    </span>
  );
}
