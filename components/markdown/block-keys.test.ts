import { expect, it } from 'vitest';
import { type Keys, keepKeys, NO_KEYS } from './block-keys';

const keysOf = ({ blocks }: Keys) => blocks.map(({ key }) => key);

it('what is written in the middle keeps its key while it grows, and so does all around it', () => {
  const first = keepKeys(NO_KEYS, ['# A', 'x', '# B', 'y', 'y']);
  expect(keysOf(first)).toEqual([0, 1, 2, 3, 4]);
  expect(first.open).toBe(4);
  const grown = keepKeys(first, ['# A', 'x goes on', '# B', 'y', 'y']);
  expect(keysOf(grown)).toEqual([0, 1, 2, 3, 4]);
  expect(grown.open).toBe(1);
  const second = keepKeys(grown, ['# A', 'x goes on', 'and', '# B', 'y', 'y']);
  expect(keysOf(second)).toEqual([0, 1, 5, 2, 3, 4]);
  expect(second.open).toBe(5);
  expect(keepKeys(second, ['# A', 'x goes on', 'and', '# B', 'y', 'y'])).toEqual(second);
});

it('no key is there twice, whatever comes and goes', () => {
  let keys = NO_KEYS;
  let seed = 7;
  for (let round = 0; round < 300; round += 1) {
    seed = (seed * 16807) % 2147483647;
    const texts = Array.from({ length: seed % 9 }, (_, at) => 'abc'[(seed >> at) % 3] ?? '');
    keys = keepKeys(keys, texts);
    expect(keys.blocks.map(({ text }) => text)).toEqual(texts);
    expect(new Set(keysOf(keys)).size).toBe(texts.length);
  }
});
