'use client';
import { Fragment, useMemo } from 'react';
import { Button } from '@/components/ui/button';
import { cx } from '@/components/ui/class-names';
import { type DiffRow, diffText, type SplitCell, splitRows, visibleRanges } from '@/lib/reviews/diff';
import { DiffLine } from './diff-line';

export type LineAnchor = { line: number; side: 'new' | 'old' };

type DiffViewProps = {
  before: string;
  after: string;
  split: boolean;
  /** Given: each line can be commented, and this is drawn below it. */
  onComment?: (anchor: LineAnchor) => void;
  below?: (anchor: LineAnchor) => React.ReactNode;
};

const GROUND = { same: '', added: 'bg-added', removed: 'bg-removed' } as const;
const SIGN = { same: ' ', added: '+', removed: '−' } as const;

/** Two texts compared, unified or side by side. Hunks carry `data-hunk`, for n and p. */
export function DiffView({ before, after, split, onComment, below }: DiffViewProps) {
  const diff = useMemo(() => diffText(before, after), [before, after]);
  if (diff.hunks.length === 0) return <p className="px-4 py-6 text-ink-2 text-sm">The two texts are the same.</p>;
  const starts = new Set(diff.hunks.map((hunk) => hunk.start));
  return (
    <section
      aria-label={`Changes: ${diff.added} lines added, ${diff.removed} removed`}
      className="overflow-x-auto font-mono text-xs leading-5"
    >
      <table className="w-full border-collapse">
        <tbody>
          {split
            ? splitRows(diff).map((row, index) => {
                const anchor = anchorOf(row.right, 'new') ?? anchorOf(row.left, 'old');
                return (
                  <Fragment key={index}>
                    <tr
                      data-hunk={row.left?.kind !== 'same' || row.right?.kind !== 'same' ? '' : undefined}
                      tabIndex={-1}
                    >
                      <Side cell={row.left} side="old" onComment={onComment} />
                      <Side cell={row.right} side="new" onComment={onComment} />
                    </tr>
                    {anchor && <Below columns={4}>{below?.(anchor)}</Below>}
                  </Fragment>
                );
              })
            : visibleRanges(diff.rows.length, diff.hunks).map(([start, end], range) => (
                <Fragment key={start}>
                  {range > 0 && <Gap />}
                  {diff.rows.slice(start, end).map((row, offset) => (
                    <UnifiedRow
                      key={start + offset}
                      row={row}
                      first={starts.has(start + offset)}
                      {...{ onComment, below }}
                    />
                  ))}
                </Fragment>
              ))}
        </tbody>
      </table>
    </section>
  );
}

function UnifiedRow({
  row,
  first,
  onComment,
  below,
}: { row: DiffRow; first: boolean } & Pick<DiffViewProps, 'onComment' | 'below'>) {
  const anchor: LineAnchor =
    row.after !== null ? { line: row.after, side: 'new' } : { line: row.before ?? 1, side: 'old' };
  return (
    <>
      <tr className={GROUND[row.kind]} data-hunk={first ? '' : undefined} tabIndex={first ? -1 : undefined}>
        <td className="w-10 select-none px-2 text-right align-top text-ink-3">{row.before}</td>
        <td className="w-10 select-none px-2 text-right align-top text-ink-3">{row.after}</td>
        <td className="px-2 align-top">
          <div className="flex gap-2">
            <span className="select-none text-ink-3" aria-hidden>
              {SIGN[row.kind]}
            </span>
            <div className="min-w-0 flex-1">
              <DiffLine kind={row.kind} parts={row.parts} />
            </div>
            <CommentButton anchor={anchor} onComment={onComment} />
          </div>
        </td>
      </tr>
      <Below columns={3}>{below?.(anchor)}</Below>
    </>
  );
}

function Side({
  cell,
  side,
  onComment,
}: { cell: SplitCell | null; side: 'new' | 'old' } & Pick<DiffViewProps, 'onComment'>) {
  const ground = cell ? GROUND[cell.kind] : 'bg-sunken';
  return (
    <>
      <td className={cx('w-10 select-none px-2 text-right align-top text-ink-3', ground)}>{cell?.line}</td>
      <td className={cx('w-1/2 border-line px-2 align-top', side === 'old' && 'border-r', ground)}>
        {cell && (
          <div className="flex gap-2">
            <div className="min-w-0 flex-1">
              <DiffLine kind={cell.kind} parts={cell.parts} />
            </div>
            <CommentButton anchor={{ line: cell.line, side }} onComment={onComment} />
          </div>
        )}
      </td>
    </>
  );
}

function CommentButton({ anchor, onComment }: { anchor: LineAnchor } & Pick<DiffViewProps, 'onComment'>) {
  if (!onComment) return null;
  return (
    <span className="opacity-0 focus-within:opacity-100 [tr:hover_&]:opacity-100">
      <Button
        size="sm"
        variant="quiet"
        aria-label={`Comment on ${anchor.side} line ${anchor.line}`}
        onClick={() => onComment(anchor)}
      >
        Comment
      </Button>
    </span>
  );
}

function Below({ columns, children }: { columns: number; children: React.ReactNode }) {
  if (!children) return null;
  return (
    <tr>
      <td colSpan={columns} className="border-line border-y bg-sunken px-4 py-3 font-sans">
        {children}
      </td>
    </tr>
  );
}

function Gap() {
  return (
    <tr>
      <td colSpan={3} className="border-line border-y bg-sunken px-4 text-ink-3">
        ⋯
      </td>
    </tr>
  );
}

function anchorOf(cell: SplitCell | null, side: 'new' | 'old'): LineAnchor | null {
  return cell ? { line: cell.line, side } : null;
}
