'use client';
import { MessageSquarePlus } from 'lucide-react';
import { type ReactNode, useMemo } from 'react';
import { Markdown } from '@/components/markdown/markdown';
import { Badge } from '@/components/ui/badge';
import { IconButton } from '@/components/ui/button';
import { cx } from '@/components/ui/class-names';
import { type Block, type BlockDiff, diffBlocks } from '@/lib/report/diff-blocks';
import type { BlameRange } from '@/lib/reviews/blame';
import { HandBadge, handName } from './hand-badge';
import type { LineAnchor } from './use-line-selection';

const LOOK = {
  unchanged: { word: '', tone: 'neutral', edge: 'border-transparent' },
  added: { word: 'Added', tone: 'good', edge: 'border-good bg-added' },
  removed: { word: 'Removed', tone: 'bad', edge: 'border-bad bg-removed' },
  changed: { word: 'Changed', tone: 'accent', edge: 'border-accent' },
} as const;

type RenderedDiffProps = {
  before: string;
  after: string;
  /** Given: each passage says who wrote it, and a model's is marked. */
  blame?: BlameRange[] | null;
  /** Given: passages can be commented, and what `below` gives stands after those whose lines it is about. */
  onComment?: (anchor: LineAnchor) => void;
  below?: (from: number, to: number) => ReactNode;
  onNext: () => void;
};

/** The report as it is read, with its changed passages marked; the old form stands above the new one. */
export function RenderedDiff({ before, after, blame, onComment, below, onNext }: RenderedDiffProps) {
  const blocks = useMemo(() => diffBlocks(before, after), [before, after]);
  const hands = blocks.map((block) => handsOf(blame, block));
  const changes = blocks.filter(({ change }) => change !== 'unchanged').length;
  return (
    <div className="mx-auto max-w-3xl space-y-1 px-3 py-4 text-sm md:px-4">
      {before === '' && (
        <p className="mb-3 text-ink-2 text-xs">
          The first revision: there is nothing to compare it with, so nothing is marked.
        </p>
      )}
      {before !== '' && (
        <p className="mb-3 text-ink-2 text-xs">
          {changes === 0
            ? 'No passage is changed.'
            : `${changes} ${changes === 1 ? 'passage is' : 'passages are'} changed.`}{' '}
          {changes > 0 && (
            <button type="button" onClick={onNext} className="min-h-6 text-accent underline underline-offset-2">
              Next change
            </button>
          )}
        </p>
      )}
      {blocks.map((block, index) => {
        const lines = block.after && ([block.after.line, block.after.line + lineCount(block.after) - 1] as const);
        return (
          <div key={keyOf(block)}>
            <Passage
              block={before === '' ? { ...block, change: 'unchanged' as const } : block}
              hands={hands[index] ?? []}
              // Where the one above has others; under a heading the same name on each says nothing.
              named={namesOf(hands[index]) !== namesOf(hands[index - 1])}
              onComment={onComment}
            />
            {lines && below?.(...lines)}
          </div>
        );
      })}
    </div>
  );
}

type PassageProps = {
  block: { change: BlockDiff['change']; before: Block | null; after: Block | null };
  hands: BlameRange[];
  named: boolean;
  onComment: ((anchor: LineAnchor) => void) | undefined;
};

function Passage({ block: { change, before, after }, hands, named, onComment }: PassageProps) {
  const { word, tone, edge } = LOOK[change];
  const byModel = hands.some(({ kind }) => kind === 'model');
  const anchor = after && { line: after.line, lineEnd: after.line + lineCount(after) - 1, side: 'new' as const };
  return (
    <section
      className={cx('group relative border-l-2 pr-8 pl-3', byModel && change === 'unchanged' ? 'border-model' : edge)}
      data-hunk={change === 'unchanged' ? undefined : ''}
      data-line={anchor?.line}
      data-line-end={anchor?.lineEnd}
      data-side={anchor?.side}
      tabIndex={-1}
    >
      {word && <Badge tone={tone}>{word}</Badge>}
      {named && hands.map((hand) => <HandBadge key={`${hand.from}`} hand={hand} className="mr-1" />)}
      {!named && byModel && <span className="sr-only">By a model:</span>}
      {onComment && anchor && (
        <span className="absolute top-0 right-0 opacity-0 focus-within:opacity-100 group-hover:opacity-100 group-focus:opacity-100 pointer-coarse:opacity-60">
          <IconButton
            label={`Comment on the passage at line ${anchor.line}`}
            size="sm"
            onClick={() => onComment(anchor)}
          >
            <MessageSquarePlus aria-hidden className="size-3.5" />
          </IconButton>
        </span>
      )}
      {change === 'changed' && before && (
        <details className="rounded bg-removed px-2">
          <summary className="min-h-[24px] cursor-pointer text-ink-2 text-xs">As it was</summary>
          <Text block={before} />
        </details>
      )}
      {change === 'removed' ? before && <Text block={before} /> : after && <Text block={after} />}
    </section>
  );
}

function Text({ block }: { block: Block }) {
  return <Markdown source={`${block.text}\n`} report={block.kind === 'front matter'} />;
}

/** Distinct hands in a passage's new lines, at most three. */
function handsOf(blame: BlameRange[] | null | undefined, { after }: BlockDiff): BlameRange[] {
  if (!blame || !after) return [];
  const to = after.line + lineCount(after) - 1;
  const here = blame.filter((range) => range.from <= to && range.to >= after.line);
  return here
    .filter((hand, index) => here.findIndex((other) => handName(other) === handName(hand)) === index)
    .slice(0, 3);
}

const namesOf = (hands: BlameRange[] = []): string => hands.map(handName).join();

const lineCount = (block: Block): number => block.text.split('\n').length;

function keyOf({ change, before, after }: BlockDiff): string {
  return `${change} ${before?.line ?? ''} ${after?.line ?? ''}`;
}
