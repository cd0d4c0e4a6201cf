import { DiffLine } from '@/components/case/diff-line';
import { cx } from '@/components/ui/class-names';
import type { HunkView } from '@/lib/drafts/schema';
import { type DiffRow, diffText } from '@/lib/text/line-diff';

/** A hunk as before and after, with its neighbours. */
export function HunkDiff({ hunk }: { hunk: HunkView }) {
  const context = (text: string): DiffRow[] =>
    text === ''
      ? []
      : text
          .replace(/\n$/, '')
          .split('\n')
          .map((line) => ({ kind: 'same', before: null, after: null, parts: [{ text: line, changed: false }] }));
  const rows = [
    ...context(hunk.contextBefore),
    ...diffText(hunk.before, hunk.after).rows,
    ...context(hunk.contextAfter),
  ];
  return (
    <div className="font-mono text-2xs leading-relaxed">
      {rows.map((row, index) => (
        <div
          key={index}
          className={cx(
            'flex',
            row.kind === 'same' && 'text-ink-3',
            row.kind === 'added' && 'bg-added text-ink',
            row.kind === 'removed' && 'bg-removed text-ink',
          )}
        >
          <span className="w-5 shrink-0 select-none text-center text-ink-2">
            {row.kind === 'added' ? '+' : row.kind === 'removed' ? '−' : ''}
            {row.kind !== 'same' && <span className="sr-only">{row.kind}: </span>}
          </span>
          <span className="min-w-0 flex-1 pr-2">
            <DiffLine kind={row.kind} parts={row.parts} />
          </span>
        </div>
      ))}
    </div>
  );
}
