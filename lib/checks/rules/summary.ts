import { CLASSIFICATIONS } from '../../report/schema';
import { placeOf } from '../claims';
import type { CheckContext } from '../context';
import { type Finding, finding } from '../messages';

const WORD = `(${CLASSIFICATIONS.join('|')})`;
/** Where a summary states its verdict: in bold, after a label, or as what the case is. */
const VERDICT = new RegExp(
  `\\*\\*${WORD}\\*\\*|(?:classification|verdict|assessment|conclusion|classified as|assessed as|judged|rated)\\W{1,6}${WORD}\\b`,
  'i',
);
const CONFIDENCE = /confidence(?: level| score)?(?: of| is| was|:)?\s{0,4}\*{0,2}\s{0,4}(\d{1,3})(?!\d|\.\d)/i;

/** The Executive Summary states the verdict and confidence of the front matter. */
export function checkSummary({ frontMatter, blocks }: CheckContext): Finding[] {
  if (!frontMatter) return [];
  const summary = blocks.filter(({ section, kind }) => section === 'Executive Summary' && kind !== 'heading');
  const differ = (pattern: RegExp, value: string | number | null): Finding[] => {
    for (const block of summary) {
      const match = pattern.exec(block.text);
      const said = match?.[1] ?? match?.[2];
      if (!match || said === undefined) continue;
      if (value === null || said.toUpperCase() === String(value)) return [];
      const right = String(value);
      const start = match.index + match[0].lastIndexOf(said);
      const place = placeOf(block, { start, end: start + said.length });
      const edit = {
        does: 'write' as const,
        startLine: place.line,
        startColumn: place.column,
        endLine: place.line,
        endColumn: place.endColumn,
        text: right,
      };
      return [finding('summary', 'error', place, 'summary-differs', { said, right }, edit)];
    }
    return [];
  };
  return [...differ(VERDICT, frontMatter.classification), ...differ(CONFIDENCE, frontMatter.confidence)];
}
