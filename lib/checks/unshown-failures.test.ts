import { expect, it } from 'vitest';
import { checkReport } from './check-report';
import { evidenceRecord } from './testing/evidence-record';

const READS = [
  ['2026-11-19T13:02:00Z', 'eva.lund', 'storage.get', 'prod/ledger-0', 'success'],
  ['2026-11-19T13:05:00Z', 'eva.lund', 'storage.get', 'prod/ledger-1', 'success'],
];
const COLUMNS = ['_time', 'who', 'action', 'object', 'result'];
const EVIDENCE = [
  evidenceRecord(1, { structured: { columns: COLUMNS, rows: READS }, rows: 2, args: { sql: 'SELECT * FROM gcp' } }),
  evidenceRecord(2, {
    structured: {
      columns: COLUMNS,
      rows: [...READS, ['2026-11-19T13:06:00Z', 'eva.lund', 'storage.get', 'x', 'denied']],
    },
    rows: 3,
    args: { sql: 'SELECT * FROM gcp' },
  }),
  evidenceRecord(3, {
    structured: { columns: ['who', 'n', 'refused'], rows: [['eva.lund', 2, 1]] },
    rows: 1,
    args: { sql: "SELECT who, count(*) AS n, count(*) FILTER (result = 'denied') AS refused FROM gcp" },
  }),
];

const found = (sentence: string): string[] =>
  checkReport(`## Technical Details\n\n${sentence}\n`, EVIDENCE).flatMap(({ reason, severity, message }) =>
    reason === 'outcome-unshown' ? [`${severity}: ${message}`] : [],
  );

it.each([
  'Two objects were denied to it [E1].',
  'The proxy refused the upload [E1].',
  'The account failed to open either of them [E1].',
])('warns of a failure that no cited row shows: %s', (sentence) => {
  expect(found(sentence)).toEqual([expect.stringMatching(/^warning: No row of E1 shows a failure/)]);
});

it.each([
  'Two objects were read [E1].',
  'One of the reads was denied [E2].',
  'One of the reads was denied [E3].',
  'None of them was denied [E1].',
  'After the last refusal the objects were read [E1].',
  'It would be refused today [E1].',
])('says nothing of %s', (sentence) => {
  expect(found(sentence)).toEqual([]);
});
