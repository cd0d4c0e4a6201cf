import { expect, it } from 'vitest';
import { factCheckWords } from './fact-check-words';

const nothing = { statements: 0, read: 0, notRead: [], unread: 0, models: [] };
const words = (counts: object) => factCheckWords({ ...nothing, ...counts }).join(' ');

it('says what was read and by whom, and never that a text is right', () => {
  expect(words({})).toBe('Not fact-checked by a model.');
  expect(words({ statements: 9, unread: 9 })).toBe('Not fact-checked by a model.');
  expect(words({ statements: 9, read: 9, models: ['a', 'b'] })).toBe('9 of 9 statements read by a and b.');
});

it('says what was not read, where, and why', () => {
  const notRead = [
    { line: 4, because: 'too-large' },
    { line: 4, because: 'too-large' },
    { line: 7, because: 'refused' },
    ...Array.from({ length: 10 }, (_, at) => ({ line: 20 + at, because: 'no-answer' })),
  ];
  expect(words({ statements: 20, read: 6, notRead, unread: 1, models: ['a'] })).toBe(
    '6 of 20 statements read by a. Not read: line 4 (the cited evidence is too large for one request). ' +
      'Not read: lines 20, 21, 22, 23, 24, 25, 26, 27 and 2 more (the model gave no usable answer). ' +
      'Not read: line 7 (the model refused). 1 new or changed statement not read yet.',
  );
  expect(words({ statements: 3, notRead: notRead.slice(0, 1), unread: 2 })).toContain(
    '0 of 3 statements read. Not read: line 4',
  );
});
