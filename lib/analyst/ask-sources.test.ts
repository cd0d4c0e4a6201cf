import { expect, it } from 'vitest';
import { noteFailure } from './ask-sources';
import type { Gathered } from './case';
import type { Outcome } from './script';

const failed = (evidence: number): Outcome => ({
  name: 'socdown__search_cases',
  args: {},
  ok: false,
  text: 'down',
  evidence,
  structured: {},
  table: null,
});

it.each([
  [7, 'A query of `socdown.search_cases` failed.', [7]],
  // No record to cite: then no name of a tool either.
  [0, 'A call to the server socdown could not be made.', []],
])('a failed call with the record %d is a gap: %s', (evidence, text, cited) => {
  const gathered = { gaps: [] } as unknown as Gathered; // nothing else is read
  noteFailure(gathered, failed(evidence), true);
  expect(gathered.gaps).toEqual([{ text, evidence: cited, blocks: true }]);
});
