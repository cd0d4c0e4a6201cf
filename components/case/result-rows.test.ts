import { expect, it } from 'vitest';
import { arranged, toCsv } from './result-rows';

it('sorts numbers by size and texts by their numbers, with empty cells last both ways', () => {
  const rows = [
    [10, 'b10'],
    [null, 'b9'],
    [9, null],
    [-1, 'a'],
  ];
  const column = (at: number, descending: boolean) =>
    arranged(rows, '', { column: at, descending }).map((row) => row[at]);
  expect(column(0, false)).toEqual([-1, 9, 10, null]);
  expect(column(0, true)).toEqual([10, 9, -1, null]);
  expect(column(1, false)).toEqual(['a', 'b9', 'b10', null]);
});

it('filters by any cell, in any case, also within objects', () => {
  const rows = [
    ['Eva', { role: 'Admin' }],
    ['bob', null],
  ];
  expect(arranged(rows, ' admin', null)).toEqual([rows[0]]);
  expect(arranged(rows, 'BOB', null)).toEqual([rows[1]]);
  expect(arranged(rows, 'nobody', null)).toEqual([]);
});

it('writes CSV that a spreadsheet reads back and never runs', () => {
  expect(toCsv(['name', 'n,1'], [['=cmd|x', -5], ['a "quote"\nline', null], [{ a: 1 }]])).toBe(
    ['name,"n,1"', "'=cmd|x,-5", '"a ""quote""\nline",', '"{""a"":1}",'].join('\r\n'),
  );
});
