import { expect, it } from 'vitest';
import { readTerms } from './read-query';
import { snippetOf } from './snippet';

const of = (body: string, q: string, stems: string[] = []) => snippetOf(body, readTerms(q), stems);
const marked = (body: string, q: string, stems: string[] = []) => {
  const snippet = of(body, q, stems);
  return snippet?.marks.map(([from, to]) => snippet.text.slice(from, to));
};
const filler = (length: number) => 'word '.repeat(length).slice(0, length);

it('begins and ends between words, around the first place', () => {
  const text = of(`${filler(503)} thief ${filler(500)}`, 'thief')?.text ?? '';
  expect(text).toMatch(/^word .*\bthief\b.* word$/);
  expect(text.indexOf('thief')).toBeLessThanOrEqual(81);
  expect(text.length).toBeLessThanOrEqual(260);
});

it.each([259, 260, 261, 280])('keeps the last word of a text of %i characters where there is room for it', (length) => {
  const whole = `${`thief ${filler(length)}`.slice(0, length - 5)}x end`;
  expect(of(whole, 'thief')?.text).toBe(whole.length <= 260 ? whole : whole.slice(0, whole.lastIndexOf(' ', 259)));
});

it('never cuts a character in half', () => {
  const text = of(`${'😀'.repeat(200)} thief ${'😀'.repeat(200)}`, 'thief')?.text ?? '';
  expect(text).not.toMatch(/\p{Surrogate}/u); // matches halves only
});

it('marks words by their stems, phrases and indicators across what parts them, and no part of a longer word', () => {
  expect(marked('They exfiltrated data; policies, too.', 'exfiltration policy', ['exfiltr', 'polici'])).toEqual([
    'exfiltrated',
    'policies',
  ]);
  expect(marked('from 203.0.113.7 on', '203.0.113.7')).toEqual(['203.0.113.7']);
  expect(marked('an access\nkey, no access keys', '"access key"')).toEqual(['access key']);
  expect(of('nothing of it', 'thief')).toBeNull();
  expect(of('nothing of it', '…')).toBeNull();
});
