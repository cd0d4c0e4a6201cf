import { expect, it } from 'vitest';
import { checkReport } from './check-report';
import { evidenceRecord } from './testing/evidence-record';

const TABLE = (columns: string[], rows: unknown[][]) => ({ structured: { columns, rows }, rows: rows.length });
const RANGE = { timeFrom: '2026-11-01T00:00:00Z', timeTo: '2026-11-25T00:00:00Z' };
const CODES = Array.from({ length: 48 }, (_, at) => [
  `2026-11-18T22:${10 + at}:00Z`,
  `user${at}@example.com`,
  at === 40 ? 0 : 50126,
]);
const EVIDENCE = [
  evidenceRecord(1, { ...RANGE, ...TABLE(['_time', 'who', 'code'], CODES) }),
  evidenceRecord(2, {
    ...RANGE,
    ...TABLE(['spec'], [['{"schedule":"*/10 * * * *","image":"busybox"}']]),
  }),
  evidenceRecord(3, {
    ...RANGE,
    ...TABLE(
      ['host', 'who', 'n'],
      [
        ['FIN-04', 'l.costa', 177],
        ['FIN-04', 'SYSTEM', 213],
        ['FIN-09', 'r.singh', 180],
        ['FIN-09', 'SYSTEM', 110],
      ],
    ),
  }),
];

const numbers = (text: string): string[] =>
  checkReport(`## Technical Details\n\n${text}\n`, EVIDENCE).flatMap(({ reason, message }) =>
    /^number-/.test(reason) ? [message] : [],
  );

it.each([
  '47 of the 48 attempts failed [E1].',
  'The job starts every ten minutes [E2].',
  '| Machine | Events of the user | Events of the system |\n| --- | --- | --- |\n| FIN-04 | 177 | 213 [E3] |',
])('knows a true way to say a number: %s', (text) => {
  expect(numbers(text)).toEqual([]);
});

it.each(['44 of the 48 attempts failed [E1].', 'The job starts every twenty-five minutes [E2].'])(
  'still names a false one: %s',
  (text) => {
    expect(numbers(text)).toHaveLength(1);
  },
);
