import { MAX_BLOCK, placeIn } from '../blocks';
import { claimsOf, MAX_CLAIMS } from '../claims';
import type { CheckContext } from '../context';
import { type Finding, finding } from '../messages';

/** Blocks that are too large to be prose are named: nothing is left unchecked silently. */
export function checkSize({ blocks }: CheckContext): Finding[] {
  return blocks.flatMap((block) => {
    const isLarge = block.text.length > MAX_BLOCK;
    if (!isLarge && (claimsOf(block).length > 0 || block.text.length < 2 * MAX_CLAIMS || !isDump(block.text)))
      return [];
    const { line, column } = placeIn(block, 0);
    const place = { line, column, endColumn: column + 1 };
    return [finding('not-checked', 'warning', place, 'block-too-large', { characters: block.text.length })];
  });
}

const isDump = (text: string): boolean => (text.match(/\d+/g)?.length ?? 0) > MAX_CLAIMS;
