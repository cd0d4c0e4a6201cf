import { expect, it } from 'vitest';
import { headingRanks } from './heading-ranks';

it('counts from the top heading of a text, and leaves out levels that a writer jumped over', () => {
  expect(headingRanks([2, 3, 3, 2, 3])).toEqual([1, 2, 2, 1, 2]);
  expect(headingRanks([1, 2, 3, 2])).toEqual([1, 2, 3, 2]);
  expect(headingRanks([2, 4, 3, 6, 2])).toEqual([1, 2, 2, 3, 1]);
  expect(headingRanks([3, 2, 1])).toEqual([1, 1, 1]);
  expect(headingRanks([])).toEqual([]);
});

it('goes down by one level at most, whatever a text does', () => {
  for (let seed = 1; seed < 200; seed++) {
    const depths = Array.from({ length: 12 }, (_, at) => 1 + ((seed * (at + 3) * 7919) % 6));
    const ranks = headingRanks(depths);
    ranks.forEach((rank, at) => {
      expect(rank).toBeLessThanOrEqual((ranks[at - 1] ?? 0) + 1);
      expect(rank).toBeLessThanOrEqual(depths[at] ?? 0);
    });
  }
});
