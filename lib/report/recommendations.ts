import type { Block } from './blocks';
import { withoutCitations } from './citations';
import { parseReport } from './report';
import { isEmptySection } from './template';

/** What a report recommends: one item of its Recommendations, as a reader sees it, and the heading it is under ('' for none). */
export type Recommendation = { text: string; heading: string };

const MAX_TEXT = 2000;

/**
 * The recommendations of a report, in order: the outermost list items of the section with what is below them, and the rows of its
 * tables; where it has neither, its paragraphs. Without citations; the same words twice are one.
 */
export function readRecommendations(markdown: string): Recommendation[] {
  const section = parseReport(markdown).section('Recommendations');
  if (!section || isEmptySection('Recommendations', section.text)) return [];
  const blocks = section.blocks.filter(({ isQuote }) => !isQuote);
  const listed = blocks.some(({ kind, list }) => kind === 'row' || (kind === 'item' && list === 1));
  const found: Recommendation[] = [];
  for (const block of blocks) {
    const text = oneLine(block.text);
    if (text === '') continue;
    const last = found.at(-1);
    if (listed && last && block.list > (block.kind === 'item' ? 1 : 0)) last.text = oneLine(`${last.text} ${text}`);
    else if (listed ? isOne(block) : block.kind === 'paragraph') found.push({ text, heading: block.heading });
  }
  const said = found.map(({ text, heading }) => ({ text: oneLine(withoutCitations(text)), heading }));
  return [...new Map(said.map((one) => [one.text, one])).values()].filter(({ text }) => text !== '');
}

const isOne = ({ kind, list }: Block): boolean => kind === 'row' || (kind === 'item' && list === 1);
const oneLine = (text: string): string =>
  text
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, MAX_TEXT)
    .replace(/\p{Cs}/gu, '');
