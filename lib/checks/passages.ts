import { createHash } from 'node:crypto';
import type { EvidenceRecord } from '../evidence/evidence-record';
import { hashOf } from '../text/canonical-json';
import { type Block, citationsIn, MAX_BLOCK, placeIn, readBlocks } from './blocks';

/** Goes up when what a reader is asked changes: readings of before are stale then. */
const VERSION = 1;

/**
 * A sentence, list item or table row that says something about the evidence. `key` names it with everything that bears on its
 * reading: while the key is the same, so is the answer.
 */
export type Passage = {
  key: string;
  /** Where its text begins, 1-based. */
  line: number;
  column: number;
  /** As written, line ends included. */
  text: string;
  /** What stands before it, where it leans on that ("It was refused"). */
  before: string | null;
  heading: string;
  /** Of a table row. */
  columns?: string[];
  /** What it cites; without a citation of its own, what its paragraph or list item cites, or the paragraph around its list or table. */
  cites: number[];
};

/** The passages of a report's body, in order. */
export function passagesOf(markdown: string, records: EvidenceRecord[]): Passage[] {
  const numbers = new Map(records.map((record) => [record.number, record]));
  const list = hashOf(records.map(({ number, server, tool, args, status }) => [number, server, tool, args, status]));
  const seen = new Map<string, number>();
  return withLeads(readBlocks(markdown)).flatMap(({ block, lead }) =>
    block.sentences.flatMap((span, at): Passage[] => {
      const text = block.text.slice(span.start, span.end);
      if (!saysSomething(block, text)) return [];
      const start = span.start + (text.length - text.trimStart().length);
      const own = citationsIn(text);
      const cites = [...new Set(own.length > 0 ? own : block.cited)].filter((number) => numbers.has(number));
      const earlier = block.sentences[at - 1];
      const previous = earlier ? block.text.slice(earlier.start, earlier.end).trim() : lead;
      const leans = LEANS.test(text) || lead !== null || LABEL.test(previous ?? '');
      const said = { text: text.trim(), before: leans ? previous : null };
      const heading =
        block.heading && block.heading !== block.section ? `${block.section} > ${block.heading}` : block.section;
      const columns = block.kind === 'row' ? { columns: block.head } : {};
      const evidence = cites.length > 0 ? cites.map((number) => [number, contentOf(numbers.get(number))]) : list;
      const name = hashOf([VERSION, said, heading, columns, evidence]);
      // The same sentence twice is two passages with a key each.
      const again = seen.get(name) ?? 0;
      seen.set(name, again + 1);
      const key = again === 0 ? name : hashOf([name, again]);
      return [{ key, ...placeIn(block, start), ...said, heading, ...columns, cites }];
    }),
  );
}

/** Words by which a sentence leans on the one before it. */
const LEANS =
  /\b(?:he|she|it|they|his|hers?|him|its|theirs?|them|this|that|these|those|both|neither|none|either|each|all|same|latter|former|first|second|third|last|other|others|another|one|ones|then|there|later|earlier|before|after|afterwards|next|again|also|still)\b/i;

/** Blocks with the words that lead to their list: "The others were refused:", "*Against*". */
function withLeads(blocks: Block[]): { block: Block; lead: string | null }[] {
  let lead: string | null = null;
  return blocks.map((block) => {
    if (block.kind === 'heading') lead = null;
    if (block.kind !== 'paragraph') return { block, lead: block.kind === 'item' ? lead : null };
    const last = block.sentences.at(-1);
    const text = last ? block.text.slice(last.start, last.end).trim() : '';
    lead = text.endsWith(':') || LABEL.test(text) ? text : null;
    return { block, lead: null };
  });
}

/** `*For*`, `**Impact.**`: says nothing by itself, and what follows leans on it. */
const LABEL = /^[*_]{1,3}[^*_]{1,60}[*_]{1,3}[.:]?$/;
/** `**Status:** supported` is a judgement. */
const STATUS = /^\**(?:status|confidence|classification|severity|verdict)\b:?/i;

function saysSomething(block: Block, text: string): boolean {
  if (block.kind === 'heading' || block.text.length > MAX_BLOCK) return false;
  const said = text.trim();
  if (LABEL.test(said) || STATUS.test(said)) return false;
  return /\p{L}{2}/u.test(said.replace(/\[E\d+\]/g, '')) && said.split(/\s+/).length > 1;
}

const contents = new WeakMap<EvidenceRecord, string>();

/** A record's arguments and result, in a hash. */
function contentOf(record: EvidenceRecord | undefined): string {
  if (!record) return '';
  const found = contents.get(record);
  if (found !== undefined) return found;
  const { args, status, truncated, text, structured } = record;
  const facts = [args, status, truncated, text === '' ? structured : null];
  const content = createHash('sha256').update(hashOf(facts)).update(text).digest('hex');
  contents.set(record, content);
  return content;
}
