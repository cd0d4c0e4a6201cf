'use client';
import { CheckCheck, MessageSquarePlus, UnfoldVertical } from 'lucide-react';
import { Fragment, type ReactNode, useMemo, useState } from 'react';
import { cx } from '@/components/ui/class-names';
import type { BlameRange } from '@/lib/reviews/blame';
import { type DiffRow, diffText, type SplitCell, splitRows, visibleRanges } from '@/lib/text/line-diff';
import { plural } from '@/lib/text/phrases';
import { AuthorBadge } from './author-badge';
import { DiffLine } from './diff-line';
import { anchorsOf, authorsByLine, hunkKey, isChanged, isFirst, type Row, segmentsOf, withAuthors } from './diff-rows';
import { lineRangeLabel } from './line-range-label';
import { covers, type LineAnchor, type LineSelection, type Point, useGutter } from './use-line-selection';

type DiffViewProps = {
  before: string;
  after: string;
  split: boolean;
  /** Lines that are shown although they did not change: they have comments. */
  keep?: LineAnchor[];
  /** Given: lines can be selected and commented. */
  selection?: LineSelection;
  onComment?: (anchor: LineAnchor) => void;
  /** Whose lines can be commented; default both. */
  sides?: { old: boolean; new: boolean };
  /** Drawn below a line. */
  below?: (point: Point) => ReactNode;
  /** Keys of the changes that were marked as reviewed, and how one is marked. */
  reviewed?: ReadonlySet<string>;
  onReviewed?: (key: string) => void;
  /** Given: lines that a model wrote are marked, and each change of author shows the name. */
  blame?: BlameRange[] | null;
};

const GROUND = { same: '', added: 'bg-added', removed: 'bg-removed' } as const;
const SIGN = { same: '', added: '+', removed: '−' } as const;

/**
 * Two texts compared, unified or side by side; unchanged lines are folded. Rows carry `data-line` and `data-side`, the
 * first row of each change `data-hunk` (its key): the page's keys work on these.
 */
export function DiffView({
  before,
  after,
  split,
  keep = [],
  selection,
  onComment,
  sides = BOTH,
  below,
  reviewed = NONE,
  onReviewed,
  blame = null,
}: DiffViewProps) {
  const { diff, rows, keys } = useDiffRows(before, after, split);
  const gutter = useGutter(selection);
  const [unfolded, setUnfolded] = useState<ReadonlySet<number>>(new Set());
  const authorOf = useMemo(() => authorsByLine(blame), [blame]);
  if (diff.hunks.length === 0)
    return <p className="px-4 py-6 text-ink-2 text-sm">No changes between these two texts.</p>;

  const isKept = (row: Row) => anchorsOf(row).some((point) => keep.some((range) => covers(range, point)));
  const comment = onComment && {
    on: (point: Point) => onComment(selection?.around(point) ?? { ...point, lineEnd: point.line }),
    may: ({ side }: Point) => sides[side],
  };
  const selected = selection?.selected ?? null;
  const marks = rows.flatMap((row, index) => (isChanged(row) || isKept(row) ? [{ start: index, end: index + 1 }] : []));
  const ranges = visibleRanges(rows.length, marks);
  const pieces = segmentsOf(rows.length, ranges, unfolded).flatMap(({ from, to, folded }) =>
    folded
      ? [
          <Gap
            key={`gap${from}`}
            columns={split ? 4 : 3}
            lines={to - from}
            onOpen={() => setUnfolded(new Set(unfolded).add(from))}
          />,
        ]
      : withAuthors(rows.slice(from, to), authorOf).map(({ row, writer, author }, offset) => {
          const hunk = keys[from + offset];
          return (
            <Line
              key={from + offset}
              row={row}
              hunk={hunk}
              selected={selected}
              below={below}
              onReviewed={onReviewed}
              onComment={comment}
              done={hunk !== undefined && reviewed.has(hunk)}
              byModel={writer?.kind === 'model'}
              author={author}
            />
          );
        }),
  );
  return (
    <section
      ref={gutter}
      aria-label={`Changes: ${plural(diff.added, 'line')} added, ${diff.removed} removed`}
      className="font-mono text-xs"
    >
      {onReviewed && diff.hunks.length > 1 && (
        <p className="border-line border-b px-3 py-1 font-sans text-ink-2 text-xs">
          {keys.filter((key) => key !== undefined && reviewed.has(key)).length} of {diff.hunks.length} changes reviewed
        </p>
      )}
      <table className="w-full table-fixed border-collapse">
        <Columns split={split} isNew={before === ''} />
        <tbody>{pieces}</tbody>
      </table>
    </section>
  );
}

/** The rows of the two texts, and at the first row of each change its key. */
function useDiffRows(before: string, after: string, split: boolean) {
  const diff = useMemo(() => diffText(before, after), [before, after]);
  const rows = useMemo<Row[]>(
    () =>
      split
        ? splitRows(diff).map((row) => ({ ...row, unified: null }))
        : diff.rows.map((row) => ({ left: null, right: null, unified: row })),
    [diff, split],
  );
  const keys = useMemo(() => rows.map((row, index) => (isFirst(rows, index) ? hunkKey(row) : undefined)), [rows]);
  return { diff, rows, keys };
}

function Columns({ split, isNew }: { split: boolean; isNew: boolean }) {
  return (
    <colgroup>
      <col className={split ? 'w-10' : isNew ? 'w-px' : 'w-10 max-md:w-px'} />
      <col className={split ? undefined : 'w-10'} />
      {split && <col className="w-10" />}
      <col />
    </colgroup>
  );
}

type LineProps = {
  row: Row;
  /** The key of the change that begins here. */
  hunk: string | undefined;
  done: boolean;
  byModel: boolean;
  /** The author from here on, where the author changes. */
  author: BlameRange | undefined;
  selected: LineAnchor | null;
  onComment: CommentOn;
} & Pick<DiffViewProps, 'below' | 'onReviewed'>;

type CommentOn = { on: (point: Point) => void; may: (point: Point) => boolean } | undefined;

function Line({ row, hunk, done, byModel, author, selected, onComment, below, onReviewed }: LineProps) {
  const { unified, left, right } = row;
  const atEnd = (
    <>
      {author && <AuthorBadge author={author} className="mx-1 max-w-28 shrink-0 self-start font-sans md:max-w-56" />}
      {hunk && onReviewed && <Reviewed done={done} onPress={() => onReviewed(hunk)} />}
    </>
  );
  const [anchor] = anchorsOf(row);
  const notes = anchorsOf(row)
    .map((each) => ({ each, note: below?.(each) }))
    .filter(({ note }) => note);
  const picked = anchorsOf(row).some((point) => covers(selected, point));
  return (
    <>
      <tr
        data-line={anchor?.line}
        data-side={anchor?.side}
        data-hunk={hunk}
        data-changed={isChanged(row) ? '' : undefined}
        data-model={byModel ? '' : undefined}
        data-selected={picked ? '' : undefined}
        tabIndex={-1}
        className={cx(
          'group focus-visible:outline-offset-[-2px] data-model:shadow-[inset_3px_0_0_var(--model)]',
          unified && GROUND[unified.kind],
        )}
      >
        {unified ? (
          <>
            <LineNumber line={unified.before} point={anchor} picked={picked} wideOnly />
            <LineNumber line={unified.after} narrow={unified.before} point={anchor} picked={picked} />
            <td className={cx('align-top', picked && 'bg-selected')}>
              <Text
                kind={unified.kind}
                cell={unified}
                anchor={anchor}
                byModel={byModel}
                selected={selected}
                onComment={onComment}
              >
                {atEnd}
              </Text>
            </td>
          </>
        ) : (
          <>
            <Side cell={left} side="old" selected={selected} onComment={onComment} />
            <Side cell={right} side="new" byModel={byModel} selected={selected} onComment={onComment}>
              {atEnd}
            </Side>
          </>
        )}
      </tr>
      {notes.length > 0 && (
        <tr>
          <td colSpan={unified ? 3 : 4} className="border-line border-y bg-sunken px-3 py-3 font-sans md:px-4">
            {notes.map(({ each, note }) => (
              <Fragment key={each.side}>{note}</Fragment>
            ))}
          </td>
        </tr>
      )}
    </>
  );
}

type SideProps = {
  cell: SplitCell | null;
  side: 'new' | 'old';
  byModel?: boolean;
  selected: LineAnchor | null;
  onComment: CommentOn;
  children?: ReactNode;
};

function Side({ cell, side, byModel = false, selected, onComment, children }: SideProps) {
  const anchor = cell ? { line: cell.line, side } : undefined;
  const picked = anchor !== undefined && covers(selected, anchor);
  const ground = picked ? 'bg-selected' : cell ? GROUND[cell.kind] : 'bg-sunken';
  return (
    <>
      <LineNumber line={cell?.line ?? null} point={anchor} picked={picked} className={ground} />
      <td className={cx('align-top', side === 'old' && 'border-line border-r', ground)}>
        {cell ? (
          <Text
            kind={cell.kind}
            cell={cell}
            anchor={anchor}
            byModel={byModel}
            selected={selected}
            onComment={onComment}
          >
            {children}
          </Text>
        ) : (
          children
        )}
      </td>
    </>
  );
}

type LineNumberProps = {
  line: number | null;
  point: Point | undefined;
  picked: boolean;
  className?: string;
  /** Takes no room on a narrow screen, where the column beside it shows its number if it has none itself. */
  wideOnly?: boolean;
  narrow?: number | null;
};

/** The pointer selects lines by it. */
function LineNumber({ line, point, picked, className, wideOnly = false, narrow = null }: LineNumberProps) {
  return (
    <td
      data-gutter={point?.side}
      data-number={point?.line}
      className={cx(
        'select-none pt-[3px] text-right align-top text-2xs tabular-nums',
        wideOnly ? 'md:px-1.5' : 'px-1.5',
        point && 'cursor-pointer',
        picked ? 'bg-accent text-accent-ink' : cx('text-ink-2', className),
      )}
    >
      <span className={cx(wideOnly && 'max-md:hidden')}>{line}</span>
      {line === null && <span className="md:hidden">{narrow}</span>}
    </td>
  );
}

type TextProps = {
  kind: DiffRow['kind'];
  cell: Pick<DiffRow, 'parts'>;
  anchor: Point | undefined;
  byModel: boolean;
  selected: LineAnchor | null;
  onComment: CommentOn;
  children?: ReactNode;
};

/** A line is 24 px at least, so that its button can be hit. */
function Text({ kind, cell, anchor, byModel, selected, onComment, children }: TextProps) {
  const range = anchor && (selected && covers(selected, anchor) ? selected : { ...anchor, lineEnd: anchor.line });
  // The last line of a selection shows what can be done with it.
  const offered = selected !== null && range === selected && selected.lineEnd === anchor?.line;
  return (
    <div className="relative flex min-h-[24px] py-[3px] pr-7 leading-[18px]">
      <span className="w-4 shrink-0 select-none text-center text-ink-2" aria-hidden>
        {SIGN[kind]}
      </span>
      <div className="min-w-0 flex-1">
        {(kind !== 'same' || byModel) && (
          <span className="sr-only">
            {[kind !== 'same' && kind, byModel && 'by a model'].filter(Boolean).join(', ')}:{' '}
          </span>
        )}
        <DiffLine kind={kind} parts={cell.parts} />
      </div>
      {children}
      {onComment && anchor && range && onComment.may(anchor) && (
        <button
          type="button"
          aria-label={`Comment on ${range.side === 'old' ? 'the ' : ''}${lineRangeLabel(range).toLowerCase()}`}
          onClick={() => onComment.on(anchor)}
          className={cx(
            'absolute top-0 right-0.5 flex size-[24px] items-center justify-center rounded text-ink-2 hover:bg-hover hover:text-accent focus-visible:opacity-100 group-hover:opacity-100 group-focus:opacity-100',
            offered ? 'text-accent' : 'opacity-0 pointer-coarse:opacity-60',
          )}
        >
          <MessageSquarePlus aria-hidden className="size-3.5" />
        </button>
      )}
    </div>
  );
}

/** Marks a change as reviewed, for this person only. */
function Reviewed({ done, onPress }: { done: boolean; onPress: () => void }) {
  return (
    <button
      type="button"
      aria-pressed={done}
      aria-label="Change reviewed"
      onClick={onPress}
      className={cx(
        '-my-[3px] flex size-[24px] shrink-0 items-center justify-center rounded hover:bg-hover',
        done
          ? 'text-good'
          : 'text-ink-2 opacity-0 focus-visible:opacity-100 group-hover:opacity-100 group-focus:opacity-100 pointer-coarse:opacity-60',
      )}
    >
      <CheckCheck aria-hidden className="size-3.5" />
    </button>
  );
}

function Gap({ columns, lines, onOpen }: { columns: number; lines: number; onOpen: () => void }) {
  return (
    <tr>
      <td colSpan={columns} className="border-line border-y bg-sunken p-0 font-sans">
        <button
          type="button"
          onClick={onOpen}
          className="flex min-h-[26px] w-full items-center gap-2 px-3 text-ink-2 text-xs hover:bg-hover hover:text-ink focus-visible:-outline-offset-2"
        >
          <UnfoldVertical aria-hidden className="size-3.5" /> Show {lines} unchanged {lines === 1 ? 'line' : 'lines'}
        </button>
      </td>
    </tr>
  );
}

const NONE: ReadonlySet<string> = new Set();
const BOTH = { old: true, new: true };
