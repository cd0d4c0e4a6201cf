export type Keyed = { text: string; key: number };
export type Keys = {
  blocks: readonly Keyed[];
  /** The block that changed last: where a text is being written, wherever in the report that is. */
  open: number | null;
};

export const NO_KEYS: Keys = { blocks: [], open: null };

/**
 * Keys for the blocks of a text that was another before: blocks above and below the change keep theirs, and a block that grows
 * keeps its own, so that it is changed in place and not made again. Pure.
 */
export function keepKeys(before: Keys, texts: readonly string[]): Keys {
  const old = before.blocks;
  const most = Math.min(old.length, texts.length);
  let head = 0;
  while (head < most && old[head]?.text === texts[head]) head += 1;
  let tail = 0;
  while (tail < most - head && old.at(-1 - tail)?.text === texts.at(-1 - tail)) tail += 1;
  const changed = old.slice(head, old.length - tail);
  let next = Math.max(-1, ...old.map(({ key }) => key)) + 1;
  const blocks = texts.map((text, index): Keyed => {
    if (index < head) return { text, key: old[index]?.key ?? next++ };
    if (index >= texts.length - tail) return { text, key: old[index - texts.length + old.length]?.key ?? next++ };
    return { text, key: changed[index - head]?.key ?? next++ };
  });
  const last = texts.length - tail > head ? blocks[texts.length - tail - 1]?.key : undefined;
  return { blocks, open: last ?? before.open };
}
