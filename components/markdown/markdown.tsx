'use client';
import type { Root as HastRoot } from 'hast';
import { sanitize } from 'hast-util-sanitize';
import { toJsxRuntime } from 'hast-util-to-jsx-runtime';
import type { Definition, Root, RootContent } from 'mdast';
import { toHast } from 'mdast-util-to-hast';
import {
  lazy,
  memo,
  type ReactNode,
  type Ref,
  Suspense,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { Fragment, jsx, jsxs } from 'react/jsx-runtime';
import remend from 'remend';
import { withEvenTables } from '@/lib/report/even-tables';
import { parseMarkdown } from '@/lib/report/markdown';
import { ActionsContext, EvidenceContext, HeadingContext, type MarkdownActions } from './actions';
import { AskBeforeOpening } from './ask-before-opening';
import { keepKeys, NO_KEYS } from './block-keys';
import { RenderBoundary } from './boundary';
import { ELEMENTS } from './elements';
import { definitionsFor } from './outline';
import { footnotesAsText, marks, SCHEMA } from './plugins';
import { type BlockHeadings, prepare } from './prepare';

// With YAML and Zod, which the text itself does without. Not next/dynamic: inside code that is itself loaded later, it has the browser
// preload a file that the build doesn't write.
const FrontMatterSummary = lazy(async () => ({ default: (await import('./front-matter')).FrontMatterSummary }));

/** hast: marks in `tree` what differs from `before`. */
type Compare = (before: object, tree: object) => void;

export type MarkdownProps = {
  source: string;
  /** The text is still being written: unfinished syntax where it grows is completed for display. */
  streaming?: boolean;
  /** A report: its front matter is shown as a summary. Otherwise a leading --- block is text like any other. */
  report?: boolean;
  onCite?: (evidence: number) => void;
  /** Numbers of the evidence there is; a citation of another one is marked. */
  evidence?: ReadonlySet<number>;
  /** Set before each heading's id, where two texts stand on one page. */
  idPrefix?: string;
  /** What is drawn below a heading, by the heading's id. */
  below?: ReadonlyMap<string, ReactNode>;
  /** An earlier text of the same passage: words that are new and words that are gone are marked in the rendered text. */
  before?: string;
  /** Does that (`markChanges`); given by who compares, so that reading does without the word diff. */
  compare?: Compare;
  className?: string;
  ref?: Ref<HTMLDivElement>;
};

/**
 * The only renderer of Markdown. Block by block: only a changed block renders again, in its place.
 * Each block carries `data-line` (1-based line of the source), its parts `data-offset` (lines below that).
 */
export function Markdown({
  source,
  streaming = false,
  report = false,
  onCite,
  evidence,
  idPrefix = '',
  below,
  before,
  compare,
  className = '',
  ref,
}: MarkdownProps) {
  const [leaving, setLeaving] = useState<string | null>(null);
  const cite = useCallback((number: number) => onCite?.(number), [onCite]);
  const actions = useMemo<MarkdownActions>(() => ({ cite, open: setLeaving }), [cite]);
  const { head, blocks, definitions } = useMemo(() => prepare(source, report), [source, report]);
  // Held against the text that is on the page, which is set when this one has come there.
  const shown = useRef(NO_KEYS);
  const keys = keepKeys(
    shown.current,
    blocks.map(({ text }) => text),
  );
  useEffect(() => {
    shown.current = keys;
  });

  return (
    <ActionsContext value={actions}>
      <EvidenceContext value={evidence ?? null}>
        <div ref={ref} className={`markdown min-w-0 text-ink [overflow-wrap:anywhere] ${className}`}>
          {head !== null && (
            <Suspense fallback={null}>
              <FrontMatterSummary source={head} />
            </Suspense>
          )}
          {blocks.map((block, index) => {
            const key = keys.blocks[index]?.key;
            const nodes = streaming && key === keys.open ? completed(block.text) : block.nodes;
            return (
              <div key={key} data-line={block.line}>
                {block.problem && <p className="mt-2 text-bad text-xs">{block.problem}.</p>}
                {partsOf(nodes, block.headings, below).map(({ nodes: part, picture }, at) => (
                  <Fragment key={at}>
                    <RenderBoundary source={block.text}>
                      <BlockView
                        nodes={part}
                        definitions={definitionsFor(part, definitions)}
                        headings={block.headings}
                        prefix={idPrefix}
                        {...(before === undefined || !compare || blocks.length > 1 ? {} : { before, compare })}
                      />
                    </RenderBoundary>
                    {picture}
                  </Fragment>
                ))}
              </div>
            );
          })}
        </div>
        <AskBeforeOpening href={leaving} onClose={() => setLeaving(null)} />
      </EvidenceContext>
    </ActionsContext>
  );
}

/** A block's nodes, cut after each heading that something is drawn below. */
function partsOf(nodes: RootContent[], headings: BlockHeadings, below?: ReadonlyMap<string, ReactNode>) {
  const parts: { nodes: RootContent[]; picture: ReactNode }[] = [];
  let from = 0;
  for (const [index, node] of nodes.entries()) {
    const id = node.type === 'heading' ? headings.get(String((node.position?.start.line ?? 1) - 1))?.id : undefined;
    const picture = id && below?.get(id);
    if (!picture) continue;
    parts.push({ nodes: index + 1 === nodes.length && from === 0 ? nodes : nodes.slice(from, index + 1), picture });
    from = index + 1;
  }
  if (from < nodes.length) parts.push({ nodes: from === 0 ? nodes : nodes.slice(from), picture: null });
  return parts;
}

type BlockProps = {
  nodes: RootContent[];
  definitions: Definition[];
  headings: BlockHeadings;
  prefix: string;
  before?: string;
  compare?: Compare;
};

const BlockView = memo(function BlockView({ nodes, definitions, headings, prefix, before, compare }: BlockProps) {
  return (
    <HeadingContext
      value={
        prefix === ''
          ? headings
          : new Map([...headings].map(([line, { id, rank }]) => [line, { id: prefix + id, rank }]))
      }
    >
      {rendered(nodes, definitions, before, compare)}
    </HeadingContext>
  );
});

/** mdast → hast → React; the sanitiser has the last word before elements are made. */
function rendered(nodes: RootContent[], definitions: Definition[], before?: string, compare?: Compare) {
  const tree = markedTree(nodes, definitions);
  if (before !== undefined && compare) {
    const { chunks } = parseMarkdown(before);
    compare(
      markedTree(
        chunks.flatMap((chunk) => chunk.nodes),
        definitions,
      ),
      tree,
    );
  }
  return toJsxRuntime(sanitize(tree, SCHEMA) as HastRoot, {
    Fragment,
    jsx,
    jsxs,
    components: ELEMENTS,
    ignoreInvalidStyle: true,
    passKeys: true,
    passNode: true,
  });
}

function markedTree(nodes: RootContent[], definitions: Definition[]) {
  const root = withEvenTables(structuredClone({ type: 'root', children: [...nodes, ...definitions] } satisfies Root));
  footnotesAsText(root);
  const tree = toHast(root, { allowDangerousHtml: true });
  marks(tree);
  return tree;
}

/** Longer than any block that is being written; completing costs more than its length. */
const MAX_COMPLETED = 20_000;

/** The blocks of a text that is still arriving, its open marks closed for display. */
function completed(text: string): RootContent[] {
  const whole =
    text.length > MAX_COMPLETED ? text : remend(text, { katex: false, inlineKatex: false, linkMode: 'text-only' });
  return parseMarkdown(whole).chunks.flatMap(({ nodes }) => nodes);
}
