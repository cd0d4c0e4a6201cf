'use client';
import dynamic from 'next/dynamic';
import { memo, type Ref, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import ReactMarkdown from 'react-markdown';
import rehypeSanitize from 'rehype-sanitize';
import remarkGfm from 'remark-gfm';
import remend from 'remend';
import { ActionsContext, EvidenceContext, HeadingContext, type MarkdownActions } from './actions';
import { AskBeforeOpening } from './ask-before-opening';
import { keepKeys, NO_KEYS } from './block-keys';
import { withDefinitions } from './blocks';
import { ELEMENTS } from './elements';
import { footnotesAsText, marks, SCHEMA } from './plugins';
import { prepare } from './prepare';

// With YAML and Zod, which the text itself does without.
const FrontMatterSummary = dynamic(() => import('./front-matter').then((file) => file.FrontMatterSummary));

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
  className = '',
  ref,
}: MarkdownProps) {
  const [leaving, setLeaving] = useState<string | null>(null);
  const cite = useCallback((number: number) => onCite?.(number), [onCite]);
  const actions = useMemo<MarkdownActions>(() => ({ cite, open: setLeaving }), [cite]);
  const { head, blocks, ids, known } = useMemo(() => prepare(source, report), [source, report]);
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
        <div ref={ref} className={`min-w-0 text-ink [overflow-wrap:anywhere] ${className}`}>
          {head !== null && <FrontMatterSummary source={head} />}
          {blocks.map((block, index) => {
            const key = keys.blocks[index]?.key;
            const id = ids.get(block.line);
            return (
              <div key={key} data-line={block.line}>
                <BlockView
                  text={withDefinitions(streaming && key === keys.open ? complete(block.text) : block.text, known)}
                  id={id && idPrefix + id}
                />
              </div>
            );
          })}
        </div>
        <AskBeforeOpening href={leaving} onClose={() => setLeaving(null)} />
      </EvidenceContext>
    </ActionsContext>
  );
}

const REMARK = [remarkGfm, footnotesAsText];
const REHYPE: [typeof marks, [typeof rehypeSanitize, typeof SCHEMA]] = [marks, [rehypeSanitize, SCHEMA]];
// The sanitiser and elements.tsx decide about addresses; the library's own rule would only hide from them.
const unchanged = (address: string): string => address;

const BlockView = memo(function BlockView({ text, id }: { text: string; id: string | undefined }) {
  return (
    <HeadingContext value={id}>
      <ReactMarkdown remarkPlugins={REMARK} rehypePlugins={REHYPE} components={ELEMENTS} urlTransform={unchanged}>
        {text}
      </ReactMarkdown>
    </HeadingContext>
  );
});

function complete(text: string): string {
  return remend(text, { katex: false, inlineKatex: false, linkMode: 'text-only' });
}
