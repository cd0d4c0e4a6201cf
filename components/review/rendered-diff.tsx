'use client';
import { MessageSquarePlus } from 'lucide-react';
import { type ReactNode, useMemo } from 'react';
import { AuthorBadge, authorName } from '@/components/case/author-badge';
import type { LineAnchor } from '@/components/case/use-line-selection';
import { Markdown } from '@/components/markdown/markdown';
import { markChanges } from '@/components/markdown/word-changes';
import { Badge } from '@/components/ui/badge';
import { IconButton } from '@/components/ui/button';
import { cx } from '@/components/ui/class-names';
import { type Block, type BlockDiff, diffBlocks } from '@/lib/report/diff-blocks';
import type { BlameRange } from '@/lib/reviews/blame';

const LOOK = {
  unchanged: { word: '', tone: 'neutral', edge: 'border-transparent' },
  added: { word: 'Added', tone: 'good', edge: 'border-good bg-added' },
  removed: { word: 'Removed', tone: 'bad', edge: 'border-bad bg-removed' },
  changed: { word: 'Changed', tone: 'accent', edge: 'border-accent' },
} as const;

type RenderedDiffProps = {
  before: string;
  after: string;
  /** Given: each passage shows its authors, and a model's text is marked. */
  blame?: BlameRange[] | null;
  /** Given: passages can be commented. `below`: what is drawn after the passage with these lines. */
  onComment?: (anchor: LineAnchor) => void;
  below?: (from: number, to: number) => ReactNode;
  onNext: () => void;
  /** Drawn below the heading of the Timeline. */
  timeline?: ReactNode;
  /** Numbers of the evidence that citations can show, and how one is shown. */
  evidence: ReadonlySet<number>;
  onCite: (number: number) => void;
};

/** The rendered report with its changed passages marked, word by word; of a changed front matter the previous one is folded above it. */
export function RenderedDiff({
  before,
  after,
  blame,
  onComment,
  below,
  onNext,
  timeline,
  evidence,
  onCite,
}: RenderedDiffProps) {
  const blocks = useMemo(() => diffBlocks(before, after), [before, after]);
  const authors = blocks.map((block) => authorsOf(blame, block));
  const changes = blocks.filter(({ change }) => change !== 'unchanged').length;
  return (
    <div className="mx-auto max-w-3xl space-y-1 px-3 py-4 text-sm md:px-4">
      {before === '' && <p className="mb-3 text-ink-2 text-xs">Not compared with another revision.</p>}
      {before !== '' && (
        <p className="mb-3 text-ink-2 text-xs">
          {changes === 0 ? 'No passages changed.' : `${changes} ${changes === 1 ? 'passage' : 'passages'} changed.`}{' '}
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
              authors={authors[index] ?? []}
              // Only where the authors change.
              named={namesOf(authors[index]) !== namesOf(authors[index - 1])}
              onComment={onComment}
              cite={{ evidence, onCite }}
            />
            {block.after && /^#{1,3}\s+Timeline\s*(?:\n|$)/.test(block.after.text) && timeline}
            {lines && <div className="mx-3 empty:hidden">{below?.(...lines)}</div>}
          </div>
        );
      })}
    </div>
  );
}

type PassageProps = {
  block: { change: BlockDiff['change']; before: Block | null; after: Block | null };
  authors: BlameRange[];
  named: boolean;
  onComment: ((anchor: LineAnchor) => void) | undefined;
  cite: Cite;
};

type Cite = { evidence: ReadonlySet<number>; onCite: (number: number) => void };

function Passage({ block: { change, before, after }, authors, named, onComment, cite }: PassageProps) {
  const { word, tone, edge } = LOOK[change];
  const byModel = authors.some(({ kind }) => kind === 'model');
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
      {named && authors.map((author) => <AuthorBadge key={`${author.from}`} author={author} className="mr-1" />)}
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
      {change === 'changed' && before?.kind === 'front matter' && (
        <details className="rounded bg-removed px-2">
          <summary className="min-h-[24px] cursor-pointer text-ink-2 text-xs">Previous text</summary>
          <Text block={before} cite={cite} />
        </details>
      )}
      {change === 'removed'
        ? before && <Text block={before} cite={cite} />
        : after && <Text block={after} before={change === 'changed' ? before : null} cite={cite} />}
    </section>
  );
}

/** A passage; of a changed one with the words that are new and those that are gone. */
function Text({ block, before = null, cite }: { block: Block; before?: Block | null; cite: Cite }) {
  const isFrontMatter = block.kind === 'front matter';
  return (
    <Markdown
      source={`${block.text}\n`}
      report={isFrontMatter}
      {...(before && !isFrontMatter ? { before: `${before.text}\n`, compare: markChanges } : {})}
      {...cite}
    />
  );
}

/** Distinct authors in a passage's new lines, at most three. */
function authorsOf(blame: BlameRange[] | null | undefined, { after }: BlockDiff): BlameRange[] {
  if (!blame || !after) return [];
  const to = after.line + lineCount(after) - 1;
  const here = blame.filter((range) => range.from <= to && range.to >= after.line);
  return here
    .filter((author, index) => here.findIndex((other) => authorName(other) === authorName(author)) === index)
    .slice(0, 3);
}

const namesOf = (authors: BlameRange[] = []): string => authors.map(authorName).join();

const lineCount = (block: Block): number => block.text.split('\n').length;

function keyOf({ change, before, after }: BlockDiff): string {
  return `${change} ${before?.line ?? ''} ${after?.line ?? ''}`;
}
