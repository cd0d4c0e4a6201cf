import { type Block, findCitations, placeIn, sentenceAt } from './blocks';
import type { Edit } from './messages';

/** Puts `[E5]` behind the citation that follows a claim, else at the end of its sentence; in a table row behind its last citation. */
export function citeFix(block: Block, claim: { start: number; end: number }, record: number): Edit | undefined {
  const { start, end } = sentenceAt(block, claim.start);
  const found = findCitations(block.text.slice(start, end));
  const after = found.find((citation) => start + citation.start >= claim.end) ?? found.at(-1);
  const at = after ? start + after.end : endOf(block, claim, start, end);
  const { line, column } = placeIn(block, at);
  const bare = after !== undefined && !after.bracketed;
  return {
    does: 'cite',
    startLine: line,
    startColumn: column,
    endLine: line,
    endColumn: column,
    text: bare ? `, E${record}` : ` [E${record}]`,
  };
}

/** Puts another value in the place of a claim. */
export function writeFix(block: Block, claim: { start: number; end: number }, text: string): Edit {
  const { line, column } = placeIn(block, claim.start);
  return {
    does: 'write',
    startLine: line,
    startColumn: column,
    endLine: line,
    endColumn: column + claim.end - claim.start,
    text,
  };
}

function endOf(block: Block, claim: { start: number; end: number }, start: number, end: number): number {
  const cell = block.cells.find((span) => claim.start >= span.start && claim.start < span.end);
  const text = block.text.slice(start, cell ? cell.end : end);
  return start + text.replace(/[\s.!?:;]+$/, '').length;
}
