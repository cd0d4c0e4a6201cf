import { expect, it } from 'vitest';
import { checkReport } from './check-report';
import { EvidenceIndex } from './evidence-index';
import { evidenceRecord } from './testing/evidence-record';
import { payrollReport, timelineOf } from './testing/payroll-case';

/** An evening on three machines, as somebody's own queries answer: with columns that no lexicon knows. */
const table = (number: number, columns: string[], rows: unknown[][]): EvidenceIndex =>
  new EvidenceIndex(
    evidenceRecord(number, {
      args: { sql: 'SELECT * FROM "win"' },
      rows: rows.length,
      timeFrom: '2026-11-01T00:00:00Z',
      timeTo: '2026-11-16T00:00:00Z',
      structured: { columns, rows, rowCount: rows.length, truncated: false },
    }),
  );

const EVIDENCE = [
  table(
    1,
    ['_time', 'account', 'event', 'computer', 'outcome'],
    [
      ['2026-11-15T18:20:05.000Z', 'b.marsh', 'Memory of LSASS accessed', 'ws-207.corp.example', 'success'],
      ['2026-11-15T18:31:02.000Z', 'adm-kerr', 'Factor activated', 'fs02.corp.example', 'success'],
      ['2026-11-15T18:33:30.000Z', 'adm-kerr', 'Shadow copies deleted', 'fs02.corp.example', 'success'],
      ['2026-11-15T18:38:41.000Z', 'adm-kerr', 'Service installed', 'dc01.corp.example', 'failure'],
    ],
  ),
  table(
    2,
    ['who', 'ip', 'reads', 'first', 'last'],
    [
      ['b.marsh', '203.0.113.90', 17, '2026-11-02T12:00:00Z', '2026-11-14T09:36:00Z'],
      ['adm-kerr', '198.51.100.212', 60, '2026-11-15T19:20:00Z', '2026-11-15T19:22:57Z'],
    ],
  ),
  table(
    3,
    ['day', 'lines', 'items'],
    [
      ['2026-11-12', 4, 8],
      ['2026-11-13', 4, 9],
      ['2026-11-14', 4, 3],
      ['2026-11-15', 89, 21],
    ],
  ),
  table(
    4,
    ['who', 'day', 'reads'],
    [
      ['b.marsh', '2026-11-12', 5],
      ['adm-kerr', '2026-11-12', 1],
      ['adm-kerr', '2026-11-15', 60],
    ],
  ),
  table(
    5,
    ['day', 'who', 'n'],
    [
      ['2026-11-12', 'adm-kerr', 6],
      ['2026-11-13', 'b.marsh', 2],
      ['2026-11-14', 'b.marsh', 40],
      ['2026-11-15', 'adm-kerr', 118],
      ['2026-11-15', 'b.marsh', 44],
    ],
  ),
];

function find(text: string) {
  const isRow = text.startsWith('|');
  const markdown = payrollReport(isRow ? 'Timeline' : 'Hypothesis Analysis', isRow ? timelineOf(text) : text);
  const line = markdown.split('\n').indexOf(text) + 1;
  return checkReport(markdown, EVIDENCE).filter((found) => found.line === line);
}

it.each([
  // How long after what, and which came first.
  [
    'Ten minutes and 57 seconds after the memory of LSASS had been accessed, a factor was activated [E1].',
    'Forty minutes after the memory of LSASS had been accessed, a factor was activated [E1].',
  ],
  [
    'A factor was activated before the service was installed [E1].',
    'A factor was activated after the service was installed [E1].',
  ],
  [
    'Two and a half minutes passed between the activation of the factor and the deletion of the shadow copies [E1].',
    'Nine minutes passed between the activation of the factor and the deletion of the shadow copies [E1].',
  ],
  // What was done when, and on which machine.
  [
    'The memory of LSASS was accessed once, at 2026-11-15 18:20:05Z [E1].',
    'The memory of LSASS was accessed once, at 2026-11-15 18:33:30Z [E1].',
  ],
  ['On fs02 the shadow copies were deleted [E1].', 'On dc01 the shadow copies were deleted [E1].'],
  // Who, how it ended, and whose number it is.
  ['`adm-kerr` deleted the shadow copies [E1].', '`b.marsh` deleted the shadow copies [E1].'],
  ['The shadow copies were deleted, and it went through [E1].', 'The shadow copies could not be deleted [E1].'],
  ['Sixty reads went to 198[.]51[.]100[.]212 [E2].', 'Sixty reads went to 203[.]0[.]113[.]90 [E2].'],
  // Limits and counts of days.
  [
    'On the days before they read at most nine items a day [E3].',
    'On the days before they read at most five items a day [E3].',
  ],
  ['It was three to twenty-one items a day [E3].', 'It was three to nine items a day [E3].'],
  [
    'Three days of four lines each, then 89 in one night [E3].',
    'Three days of eight lines each, then 89 in one night [E3].',
  ],
  // Several people have a row for the day that the case is about.
  [
    'On the days before, each read at most 6 objects a day [E5].',
    'On the days before, each read at most 2 objects a day [E5].',
  ],
  [
    'There were never more than five reads a day but for the sixty [E4].',
    'There were never more than three reads a day but for the sixty [E4].',
  ],
  [
    '| 2026-11-15 18:33:30Z | adm-kerr | Shadow copies deleted | success | [E1] |',
    '| 2026-11-15 18:33:30Z | adm-kerr | Memory of LSASS accessed | success | [E1] |',
  ],
])('takes "%s" and refuses "%s"', (right, wrong) => {
  expect(find(right)).toEqual([]);
  expect(find(wrong)).toHaveLength(1);
});

it('says nothing of a phrase whose words no log has', () => {
  expect(find('Two hours after the macro ran, a factor was activated [E1].')).toEqual([]);
});
