import { expect, it } from 'vitest';
import { checkReport } from './check-report';
import { evidenceRecord } from './testing/evidence-record';

const record = (number: number, server: string, text: string) =>
  evidenceRecord(number, { server, tool: server === 'people' ? 'ask' : 'query', text });
const EVIDENCE = [
  record(1, 'logs', 'ben signed in from Lisbon'),
  record(2, 'people', 'Statement of Ben Ito. I signed in from Lisbon myself.'),
];
const reasons = (sentence: string, section = 'Technical Details') =>
  checkReport(`## ${section}\n\n${sentence}\n`, EVIDENCE)
    .filter(({ reason }) => reason === 'statement-only')
    .map(({ severity, line }) => [severity, line]);

it.each([
  'Ben signed in from Lisbon himself [E2].',
  'The sign-in from Lisbon was legitimate [E2].',
  '- Ben was in Lisbon [E2].',
])('warns of a claim that only a statement supports: %s', (sentence) => {
  expect(reasons(sentence)).toEqual([['warning', 3]]);
});

it.each([
  'Ben signed in from Lisbon [E1].',
  'Ben signed in from Lisbon himself [E1][E2].',
  'Ben said that he signed in from Lisbon himself [E2].',
  'According to Ben, the sign-in was his [E2].',
  'Ben signed in from Lisbon.',
])('says nothing of %s', (sentence) => {
  expect(reasons(sentence)).toEqual([]);
});

it('says nothing of advice', () => {
  expect(reasons('Ask Ben again [E2].', 'Recommendations')).toEqual([]);
});
