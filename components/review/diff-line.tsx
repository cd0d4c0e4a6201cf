import { Fragment } from 'react';
import { cx } from '@/components/ui/class-names';
import type { DiffPart, DiffRow } from '@/lib/reviews/diff';
import { markUnseen } from '@/lib/reviews/unseen-characters';

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

/** A text with its misleading characters shown by name. */
export function Unseen({ text }: { text: string }) {
  return markUnseen(text).map(({ text: piece, mark }, index) =>
    mark === null ? (
      <Fragment key={index}>{piece}</Fragment>
    ) : (
      <span
        key={index}
        title={`${mark.kind}: ${mark.code}`}
        className="mx-px rounded border border-bad bg-bad-soft px-0.5 font-mono text-2xs text-bad"
      >
        {mark.label}
      </span>
    ),
  );
}
