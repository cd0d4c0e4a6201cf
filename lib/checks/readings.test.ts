import { expect, it } from 'vitest';
import { checkReport } from './check-report';
import { payrollReport, timelineOf } from './testing/payroll-case';
import { signInTable } from './testing/sign-in-table';

const SIGN_INS = [
  ['b.marsh', '203.0.113.90', 'login', 'failure', 2, '2026-11-15T18:20:00Z', '2026-11-15T18:20:30Z'],
  ['b.marsh', '203.0.113.91', 'login', 'failure', 1, '2026-11-15T18:21:00Z', '2026-11-15T18:21:00Z'],
  ['b.marsh', '203.0.113.92', 'login', 'failure', 1, '2026-11-15T18:22:00Z', '2026-11-15T18:22:00Z'],
  ['b.marsh', '203.0.113.93', 'login', 'failure', 5, '2026-11-15T18:23:00Z', '2026-11-15T18:24:00Z'],
  ['adm-kerr', '198.51.100.7', 'login', 'success', 31, '2026-11-02T08:00:00Z', '2026-11-14T08:00:00Z'],
];

const EVIDENCE = [
  signInTable(1, ['user', 'ip', 'event', 'outcome', 'n', 'first', 'last'], SIGN_INS),
  signInTable(
    2,
    ['_time', 'user', 'event', 'computer', 'outcome'],
    [
      ['2026-11-15T18:20:05.000Z', 'b.marsh', 'Memory of LSASS accessed', 'ws-207.corp.example', 'success'],
      ['2026-11-15T18:31:02.000Z', 'adm-kerr', 'Factor activated', 'fs02.corp.example', 'success'],
      ['2026-11-15T18:33:30.000Z', 'adm-kerr', 'Shadow copies deleted', 'fs02.corp.example', 'success'],
      ['2026-11-15T18:34:30.000Z', 'adm-kerr', 'Event log cleared', 'dc01.corp.example', 'success'],
      ['2026-11-15T18:38:41.000Z', 'adm-kerr', 'Service installed', 'dc01.corp.example', 'success'],
      ['2026-11-15T18:55:00.000Z', 'adm-kerr', 'Logon', 'dc01.corp.example', 'success'],
      ['2026-11-15T19:10:00.000Z', 'adm-kerr', 'Logoff', 'dc01.corp.example', 'success'],
    ],
  ),
  signInTable(
    3,
    ['day', 'records', 'items', 'most'],
    [
      ['2026-11-12', 5, 16, 5],
      ['2026-11-13', 5, 12, 4],
      ['2026-11-14', 5, 17, 5],
    ],
  ),
  signInTable(
    4,
    ['raw'],
    [
      [
        '{"ts":"2026-11-15T11:32:10Z","duration":364.5,"orig_bytes":642118400,"Parameters":[{"Name":"A"},{"Name":"B"},{"Name":"C"},{"Name":"D"}]}',
      ],
    ],
  ),
  signInTable(5, ['_time', 'a0', 'a1', 'a2'], [['2026-11-15T18:40:00Z', 'useradd', '-o', 'sysd']]),
  signInTable(
    6,
    ['src', 'day', 'sent', 'gap'],
    [
      ['ws-207', '2026-11-12', 291289, 56.26],
      ['ws-207', '2026-11-13', 279647, 60.4],
      ['ws-207', '2026-11-14', 540155, 63.559],
    ],
  ),
];

function find(text: string, evidence = EVIDENCE) {
  const isRow = text.startsWith('|');
  const markdown = payrollReport(isRow ? 'Timeline' : 'Hypothesis Analysis', isRow ? timelineOf(text) : text);
  const line = markdown.split('\n').indexOf(text) + 1;
  return checkReport(markdown, evidence).filter((found) => found.line === line);
}

it.each([
  // How many there are of what stands behind the number.
  ['There were nine failed sign-ins of `b.marsh` [E1].', 'There were twelve failed sign-ins of `b.marsh` [E1].'],
  ['Two accounts signed in [E1].', 'Three accounts signed in [E1].'],
  // How long after what, where each phrase finds events.
  [
    'Two and a half minutes after the factor was activated, the shadow copies were deleted [E2].',
    'Fifty minutes after the factor was activated, the shadow copies were deleted [E2].',
  ],
  [
    'Thirteen and a half minutes before the shadow copies were deleted, LSASS was accessed [E2].',
    'Forty minutes before the shadow copies were deleted, LSASS was accessed [E2].',
  ],
  // Limits, of the column that the words name.
  [
    'There were five records a day, never more than five items in one [E3].',
    'There were five records a day, never more than three items in one [E3].',
  ],
])('takes "%s" and refuses "%s"', (right, wrong) => {
  expect(find(right)).toEqual([]);
  expect(find(wrong)).not.toEqual([]);
});

it.each([
  // What honest reports round, join or reckon.
  'It had four parameters [E4].',
  'The upload took a little more than six minutes and ended at about 11:38 [E4].',
  'The command was `useradd -o sysd` [E5].',
  'The gaps vary from 56 to 64 seconds [E6].',
  'It sent about 1.1 million bytes (291,289 + 279,647 + 540,155) [E6].',
  'Between the factor and the shadow copies are 148 seconds, between the log and the service 251 [E2].',
  'Shadow copies were deleted at 18:33:30Z, thirteen minutes later [E2].',
  'The reads and sign-ins are 40 calls together [E1].',
])('has nothing against "%s"', (text) => {
  expect(find(text)).toEqual([]);
});

it.each([
  // Two is in a cell, and 39 minutes lie between two other rows.
  ['All failures came from two addresses [E1].', 'E1 shows 4 where this says "two addresses".'],
  [
    'A factor was activated. Thirty-nine minutes later the shadow copies were deleted [E2].',
    'No two of the cited events named here are "Thirty-nine minutes" apart: the nearest are 19 minutes.',
  ],
])('is not content with a number of other rows: %s', (text, message) => {
  expect(find(text).map((found) => [found.severity, found.message])).toEqual([['warning', message]]);
});

it('says nothing of records that were truncated', () => {
  const cut = [signInTable(1, ['user', 'ip', 'event', 'outcome', 'n', 'first', 'last'], SIGN_INS, { truncated: true })];
  expect(find('All failures came from two addresses [E1].', cut)).toEqual([]);
});
