'use client';
import { useMemo } from 'react';
import { Markdown } from '@/components/markdown/markdown';
import { Badge } from '@/components/ui/badge';
import { cx } from '@/components/ui/class-names';
import { type Block, type BlockDiff, diffBlocks } from '@/lib/reviews/diff-blocks';

const LOOK = {
  unchanged: { word: '', tone: 'neutral', edge: 'border-transparent' },
  added: { word: 'Added', tone: 'good', edge: 'border-good bg-added' },
  removed: { word: 'Removed', tone: 'bad', edge: 'border-bad bg-removed' },
  changed: { word: 'Changed', tone: 'accent', edge: 'border-accent' },
} as const;

/** The report as it is read, with its changed passages marked; the old form stands above the new one. */
export function RenderedDiff({ before, after }: { before: string; after: string }) {
  const blocks = useMemo(() => diffBlocks(before, after), [before, after]);
  return (
    <div className="mx-auto max-w-3xl space-y-1 px-3 py-4 text-sm md:px-4">
      {before === '' && (
        <p className="mb-3 text-ink-2 text-xs">
          The first revision: there is nothing to compare it with, so nothing is marked.
        </p>
      )}
      {blocks.map((block) => (
        <Passage key={keyOf(block)} block={before === '' ? { ...block, change: 'unchanged' as const } : block} />
      ))}
    </div>
  );
}

type PassageProps = { block: { change: BlockDiff['change']; before: Block | null; after: Block | null } };

function Passage({ block: { change, before, after } }: PassageProps) {
  const { word, tone, edge } = LOOK[change];
  return (
    <section className={cx('border-l-2 pl-3', edge)} data-hunk={change === 'unchanged' ? undefined : ''} tabIndex={-1}>
      {word && <Badge tone={tone}>{word}</Badge>}
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

function keyOf({ change, before, after }: BlockDiff): string {
  return `${change} ${before?.line ?? ''} ${after?.line ?? ''}`;
}
