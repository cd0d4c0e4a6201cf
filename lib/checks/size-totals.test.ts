import { expect, it } from 'vitest';
import { checkReport } from './check-report';
import { EvidenceIndex } from './evidence-index';
import { evidenceRecord } from './testing/evidence-record';

/** So many rows that a total of three of them is looked up in no sum. */
const NAMES = [
  'ada',
  'bob',
  'eve',
  ...Array.from({ length: 60 }, (_, at) => `user${String.fromCharCode(97 + (at % 26))}${at}`),
];
const SIZES = [4_566_000_000, 4_021_000_000, 3_312_000_000];
const RECORD = new EvidenceIndex(
  evidenceRecord(1, {
    args: { sql: 'SELECT principal, sum(bytes) AS bytes FROM e GROUP BY principal' },
    rows: NAMES.length,
    structured: {
      columns: ['principal', 'bytes'],
      rows: NAMES.map((name, at) => [name, SIZES[at] ?? 17_000 + at * 313]),
    },
  }),
);

const found = (total: string) =>
  checkReport(
    `## Threat Assessment\n\n${total} in all: \`ada\` (4.6 GB), \`bob\` (4.0 GB) and \`eve\` (3.3 GB) [E1].`,
    [RECORD],
  )
    .filter(({ rule }) => rule === 'evidence')
    .map(({ data }) => data.value);

it('a size that the other sizes of its sentence add up to needs no row of its own, and another one does', () => {
  expect(found('11.9 GB')).toEqual([]);
  expect(found('12.9 GB')).toEqual(['12.9']);
});
