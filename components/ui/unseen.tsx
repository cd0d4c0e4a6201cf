import { Fragment } from 'react';
import { markUnseen } from '@/lib/text/invisible-characters';

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
