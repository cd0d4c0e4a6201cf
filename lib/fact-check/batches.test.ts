import { describe, expect, it } from 'vitest';
import type { Passage } from '../checks/passages';
import { halve, toBatches } from './batches';
import type { ShownRecord } from './shown-evidence';

const passage = (key: string, cites: number[], text = key): Passage => ({
  key,
  line: 1,
  column: 1,
  text,
  before: null,
  heading: '',
  cites,
});
const record = (number: number, characters: number): ShownRecord => ({
  number,
  origin: `E${number}`,
  listed: `E${number}`,
  text: 'x'.repeat(characters),
  isGone: false,
});
const limits = { evidenceChars: 100, passages: 4, passageChars: 1_000 };
const shape = ({ batches, tooLarge }: ReturnType<typeof toBatches>) => ({
  batches: batches.map((batch) => [
    batch.passages.map(({ key }) => key).join(''),
    batch.records.map(({ number }) => number).join(),
  ]),
  tooLarge: tooLarge.map(({ key }) => key).join(''),
});

describe('requests of a fact check', () => {
  it('show all records where they fit together, and share the passages evenly', () => {
    const passages = [...'abcdef'].map((key) => passage(key, [1]));
    expect(shape(toBatches(passages, [record(1, 40), record(2, 60)], limits))).toEqual({
      batches: [
        ['abc', '1,2'],
        ['def', '1,2'],
      ],
      tooLarge: '',
    });
  });

  it('else show what their passages cite, whole, and leave out what alone is too large', () => {
    const passages = [
      passage('a', [1]),
      passage('b', [2]),
      passage('c', [3]),
      passage('d', [1, 2]),
      passage('e', [1, 2, 4]),
    ];
    const records = [record(1, 50), record(2, 50), record(3, 101), record(4, 1), record(5, 10)];
    expect(shape(toBatches(passages, records, limits))).toEqual({ batches: [['abd', '1,2']], tooLarge: 'ce' });
    const apart = [passage('a', [1]), passage('b', [2]), passage('c', [1, 4]), passage('d', [])];
    expect(shape(toBatches(apart, [record(1, 60), record(2, 60), record(4, 1)], limits)).batches).toEqual([
      ['a', '1'],
      ['b', '2'],
      ['cd', '1,4'],
    ]);
  });

  it('have so many characters of passages', () => {
    const long = ['a', 'b', 'c'].map((key) => passage(key, [], key.repeat(600)));
    expect(shape(toBatches(long, [], limits)).batches.length).toBe(3);
    expect(toBatches([], [], limits)).toEqual({ batches: [], tooLarge: [] });
  });

  it('are halved with all records, or with those of each half', () => {
    const batch = {
      passages: [passage('a', [1]), passage('b', [1]), passage('c', [2])],
      records: [record(1, 1), record(2, 1)],
    };
    const keys = (fewer: boolean) =>
      halve(batch, { fewer })?.map((half) => [half.passages.length, half.records.map(({ number }) => number).join()]);
    expect(keys(true)).toEqual([
      [2, '1'],
      [1, '2'],
    ]);
    expect(keys(false)).toEqual([
      [2, '1,2'],
      [1, '1,2'],
    ]);
    expect(halve({ passages: [passage('a', [1])], records: [] }, { fewer: true })).toBeNull();
  });
});
