import { expect, it } from 'vitest';
import { checkReport } from './check-report';
import { EvidenceIndex } from './evidence-index';
import { evidenceRecord } from './testing/evidence-record';
import { payrollReport, timelineOf } from './testing/payroll-case';

/** A workstation and a scanner, as a model's queries answer: names behind a backslash, groups with counts and their ends. */
const table = (number: number, columns: string[], rows: unknown[][]): EvidenceIndex =>
  new EvidenceIndex(
    evidenceRecord(number, {
      args: { sql: 'SELECT * FROM "win"' },
      rows: rows.length,
      text: JSON.stringify({ columns, rows }),
      structured: { columns, rows, rowCount: rows.length, truncated: false },
    }),
  );

const EVIDENCE = [
  table(
    1,
    ['_time', 'User', 'Image', 'CommandLine'],
    [
      ['2026-11-19T09:31:19Z', 'CONTOSO\\nora.berg', 'C:\\Windows\\System32\\notepad.exe', 'notepad.exe'],
      ['2026-11-19T09:31:40Z', 'CONTOSO\\tom.reed', 'C:\\temp\\rar.exe', 'rar.exe a -v500m D:\\reports'],
    ],
  ),
  table(
    2,
    ['program', 'n', 'first', 'last'],
    [
      ['excel.exe', 120, '2026-11-12T08:00:14Z', '2026-11-19T16:01:00Z'],
      ['chrome.exe', 55, '2026-11-12T08:01:00Z', '2026-11-19T16:07:14Z'],
      ['powershell.exe', 1, '2026-11-19T09:31:41Z', '2026-11-19T09:31:41Z'],
    ],
  ),
  table(
    3,
    ['_time', 'source', 'what'],
    ['06', '09', '12', '15', '18'].map((day) => [
      `2026-11-${day}T06:00:05Z`,
      '198.51.100.130:51234',
      'start by scheduler',
    ]),
  ),
  table(5, ['_time', 'verb', 'namespace', 'pod'], [['2026-11-16T22:01:20.948Z', 'create', 'payments', 'ledger-0']]),
  new EvidenceIndex(
    evidenceRecord(4, {
      args: { sql: `SELECT * FROM auth WHERE event = 'login' AND "user" IN ('tom.reed', 'root')` },
      rows: 0,
      structured: { columns: ['_time', 'user'], rows: [], rowCount: 0, truncated: false },
    }),
  ),
  // Asked for by the beginning of a name, of a range that has empty days.
  new EvidenceIndex(
    evidenceRecord(6, {
      args: { sql: `SELECT bucket, n, first FROM audit WHERE "user" LIKE 'backup-agent@%'` },
      rows: 1,
      timeFrom: '2026-11-01T00:00:00Z',
      timeTo: '2026-11-21T00:00:00Z',
      structured: {
        columns: ['bucket', 'n', 'first'],
        rows: [['ledger-exports', 60, '2026-11-20T21:20:00Z']],
        rowCount: 1,
        truncated: false,
      },
    }),
  ),
  // Whose calls these are only the query says, and by the beginning of a name.
  new EvidenceIndex(
    evidenceRecord(7, {
      args: { sql: `SELECT _time, eventName, errorCode FROM cloudtrail WHERE arn LIKE '%secrets-rotation%'` },
      rows: 1,
      structured: {
        columns: ['_time', 'eventName', 'errorCode'],
        rows: [['2026-11-26T02:30:05Z', 'CreateAccessKey', null]],
        rowCount: 1,
        truncated: false,
      },
    }),
  ),
  table(
    8,
    ['_time', 'path', 'status', 'bytes', 'agent'],
    [
      ['2026-11-19T03:14:37Z', '/uploads/a.php', 200, 560, 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X)'],
      ['2026-11-19T03:14:58Z', '/uploads/a.php', 200, 520, 'google-cloud-sdk gcloud/441.0.0'],
    ],
  ),
  table(
    9,
    ['run', 'first', 'last'],
    [
      ['one', '2026-11-05T01:00:14Z', '2026-11-05T01:07:22Z'],
      ['two', '2026-11-12T01:00:14Z', '2026-11-12T01:08:08Z'],
      ['three', '2026-11-19T01:00:13Z', '2026-11-19T01:07:25Z'],
    ],
  ),
  table(10, ['role', 'created'], [['secrets-rotation-lambda', '2026-11-01T08:00:00Z']]),
  table(
    11,
    ['_time', 'user', 'asn', 'minute', 'scope', 'attachment'],
    [
      ['2026-11-19T10:12:22Z', 'priya', 9009, '10:22', 'Mail.Read Mail.Send offline_access', 'bank.pdf (88123b)'],
      ['2026-11-19T10:19:05Z', 'priya', 3320, '10:19', 'User.Read', 'none'],
      ['2026-11-19T10:21:40Z', 'priya', 3320, '10:21', 'User.Read', 'none'],
    ],
  ),
  table(
    12,
    ['principal', 'n', 'ok', 'denied', 'failed', 'first', 'last'],
    [['k.ahmed', 12, 0, 0, 12, '2026-11-17T02:14:02Z', '2026-11-17T02:39:42Z']],
  ),
];

function find(text: string, section = 'Hypothesis Analysis') {
  const isRow = text.startsWith('|');
  const markdown = payrollReport(isRow ? 'Timeline' : section, isRow ? timelineOf(text) : text);
  const line = markdown.split('\n').indexOf(text) + 1;
  return checkReport(markdown, EVIDENCE)
    .filter((found) => found.line === line)
    .map(({ severity, message }) => `${severity}: ${message}`);
}

it.each([
  // Names that begin with n, r or t behind a backslash.
  '`nora.berg` opened `notepad.exe` at 2026-11-19 09:31:19Z [E1].',
  'At 2026-11-19 09:31:40Z `tom.reed` ran `rar.exe` from `C:\\temp` on `D:\\reports` [E1].',
  // A number that is a name, an option of a command, a product, and how often all were started.
  'Alert 2 came while `rar.exe` packed parts of 500 MB each [E1].',
  'Up to 1 GB of packed files (2 × 500 MB) may have been sent [E1].',
  'Of 176 programs that were started, all but one were Excel or Chrome [E2].',
  // Names and days that are no counts, and the port of an address.
  'The log of Microsoft 365 has nothing of it.',
  'Starts on 6, 9, 12, 15 and 18 November: all by the scheduler [E3].',
  'The connection came from port 51234 [E3].',
  'One of the three programs was PowerShell [E2].',
  'Two starts: 06:00:05Z by the scheduler, 09:31:19Z by `nora.berg` [E1] [E3].',
  'Nobody signed in as `tom.reed` [E4].',
  // A place and a name that stand in two cells.
  'The pod `payments/ledger-0` was entered [E5].',
  // One record says who and one says when.
  '| 2026-11-19 16:07:14Z | `nora.berg` | Last start of `chrome.exe` | – | [E1] [E2] |',
  '| 2026-11-20 21:20:00Z | `backup-agent` | 60 objects of ledger-exports | – | [E6] |',
  // Days that a query asked for and the sentence says were empty.
  'The weekend of 14 and 15 November has no read at all [E6].',
  // One of two records has the names, and the other one the number.
  'The larger answer, 560 bytes, belongs to `rar.exe` [E1] [E8].',
  // A part of a program's name, and a range that holds an address of the rows.
  'The phone runs iOS 18.1, the other client is the older 441 [E8].',
  'All of them came from `198[.]51[.]100[.]0/24` [E3].',
  // Lengths: the difference of two, all together, with the unit of the number that follows, and hours of a day.
  'The second run was the longest, by 42 seconds against the third [E9].',
  'Together the runs took 22 min 14 s [E9].',
  'Each of the runs went on for seven to eight minutes [E9].',
  'She signs in between seven and eight in the morning, always at half past two on Fridays [E1].',
  // Its own sentence adds it up.
  'There were 62 reads: the 60 of the agent [E6] and two of somebody else [E1].',
  // Who acts stands in the query, and `no error` is no failure.
  '| 2026-11-26 02:30:05Z | `secrets-rotation-lambda` | `CreateAccessKey` | no error | [E7] [E10] |',
  // What the next sentence denies.
  '- Connections of `scheduler`. There is no log of flows [E2].',
  // A network by its number, a number with its unit in a text, minutes as text, and a list in a column of its name.
  'Both networks, AS9009 and AS3320, are named in the log [E11].',
  'The attachment has 88,123 bytes [E11].',
  'The minute of the grant is 10:22 [E11].',
  'The grant has three scopes [E11].',
  // As many rows as lie between the two times of a line.
  '| 2026-11-19 10:19:05–10:21:40Z | `priya` | Grants the application its right to read (2 grants) | – | [E11] |',
  // Of several columns that count failures the first may be zero.
  '| 2026-11-17 02:14:02–02:39:42Z | `k.ahmed` | 12 attempts | failed | [E12] |',
  // What would be, why something failed, and what a record lacks.
  '**What would change this.** A call of `GetPasswordData`.',
  'The attempt failed because the trail did not exist [E7].',
  'Recipients are not part of the records of grants [E11].',
  // What is not of events needs no query.
  'No log of a mail server is connected.',
  'Whether the archive was sent is not known.',
])('takes %s', (text) => {
  expect(find(text)).toEqual([]);
});

it('takes a technique for denied whatever stands between', () => {
  const text =
    'T1562.007 Disable or Modify Cloud Firewall, which the alert hints at, does not apply. No technique appears to be met.';
  expect(find(text, 'Threat Assessment')).toEqual([]);
});

it('takes the sum of what a row cites, whatever leads to its table', () => {
  const table = [
    'What the other queries are made of [E2] [E5].',
    '',
    '| Evidence | Question | Rows |',
    '| --- | --- | --- |',
    '| [E1] [E3] Sources | What was started, by whom? | 7 rows |',
  ].join('\n');
  const markdown = payrollReport('Investigation Process', table);
  expect(checkReport(markdown, EVIDENCE).filter(({ message }) => message.startsWith('7 '))).toEqual([]);
});

it('warns of a length of time that no rows give', () => {
  expect(find('The packing took 22 min 11 s [E1].').join('\n')).toMatch(/^warning: 22 min 11 s is not in E1/);
});

it.each(['- Install with `--ignore-scripts` and set `iam.disableServiceAccountKeyCreation`.'])(
  'takes an option or a setting that is advised: %s',
  (text) => {
    expect(find(text, 'Recommendations')).toEqual([]);
  },
);

it('takes the column of a table for the unit of its numbers', () => {
  const seconds = (number: number) => {
    const rows = ['| Run | Seconds | Evidence |', '| --- | --- | --- |', `| two | ${number} | [E9] |`];
    return checkReport(payrollReport('Technical Details', rows.join('\n')), EVIDENCE).filter(({ message }) =>
      message.startsWith(`${number} `),
    );
  };
  expect(seconds(474)).toEqual([]);
  expect(seconds(492).map(({ severity }) => severity)).toEqual(['warning']);
});

it('takes a window that a recommendation names for no event', () => {
  expect(find('- Let the scanner run between 01:00Z and 01:15Z on Thursdays only [E2].', 'Recommendations')).toEqual(
    [],
  );
});

it.each([
  ['`nora.bergen` opened `notepad.exe` [E1].', /nora\.bergen is in no|nora\.bergen is not in/],
  ['Up to 3 GB of packed files (2 × 500 MB) may have been sent [E1].', /3/],
  ['The parts were 700 MB each [E1].', /700/],
  ['They were read on 15 December [E6].', /15 December is not in E6/],
  ['| 2026-11-20 21:20:00Z | `tom.reed` | 60 objects of ledger-exports | – | [E6] |', /not tom\.reed/],
  ['The pod `payments/ledger-7` was entered [E5].', /ledger-7 is not in/],
  ['Three of the two programs were started again [E2].', /can’t be three of two/],
  ['Of 190 programs that were started, all but one were Excel or Chrome [E2].', /190/],
  ['The larger answer, 561 bytes, belongs to `rar.exe` [E1] [E8].', /561/],
  ['The phone runs iOS 18.4 [E8].', /18\.4/],
  ['All of them came from `192[.]0[.]2[.]0/24` [E3].', /192\.0\.2\.0\/24 is not in E3/],
  ['The second run was the longest, by 57 seconds against the third [E9].', /57/],
  ['There were 72 reads: the 60 of the agent [E6] and two of somebody else [E1].', /72/],
  ['| 2026-11-26 02:30:05Z | `tom.reed` | `CreateAccessKey` | no error | [E7] |', /tom\.reed/],
  ['| 2026-11-26 02:30:05Z | `secrets-rotation` | `CreateAccessKey` | denied | [E7] |', /success, not "denied"/],
  ['The network was AS9010 [E11].', /AS9010/],
  ['The attachment has 88,124 bytes [E11].', /88,124/],
  ['The grant has five scopes [E11].', /five/],
  [
    '| 2026-11-19 10:19:05–10:21:40Z | `priya` | Grants the application its right to read (7 grants) | – | [E11] |',
    /7/,
  ],
  ['| 2026-11-17 02:14:02–02:39:42Z | `k.ahmed` | 12 attempts | succeeded | [E12] |', /not "succeeded"/],
  ['A call of `GetPasswordData` was made.', /GetPasswordData/],
  ['The archive was never opened by anybody else.', /cites nothing/],
  ['Nobody signed in to the workstation afterwards.', /cites nothing/],
])('refuses %s', (text, message) => {
  expect(find(text).join('\n')).toMatch(message);
});
