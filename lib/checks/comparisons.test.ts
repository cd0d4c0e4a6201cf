import { expect, it } from 'vitest';
import { checkReport } from './check-report';
import type { EvidenceIndex } from './evidence-index';
import { payrollReport } from './testing/payroll-case';
import { signInTable } from './testing/sign-in-table';

const APPS = [
  ['nadia', 'Slack', 12],
  ['nadia', 'Jira Cloud', 9],
  ['nadia', 'Salesforce', 6],
  ['tom', 'Salesforce', 30],
  ['tom', 'Slack', 2],
];
const DAYS = ['09', '10', '11', '12', '13'].map((day, at) => [
  `2026-11-${day}`,
  14 + at,
  `2026-11-${day}T08:0${at}:00Z`,
  `2026-11-${day}T16:1${at}:00Z`,
]);
const STEPS = [
  ['2026-11-15T18:20:05Z', 'b.marsh', 'Memory accessed', 'ws-207'],
  ['2026-11-15T18:31:02Z', 'adm-kerr', 'Factor activated', 'fs-02'],
  ['2026-11-15T18:33:30Z', 'adm-kerr', 'Shadow copies deleted', 'fs-02'],
  ['2026-11-15T18:34:30Z', 'adm-kerr', 'Event log cleared', 'dc-01'],
  ['2026-11-15T18:38:41Z', 'adm-kerr', 'Service installed', 'dc-01'],
];
const MORNINGS = ['09', '10', '11', '12', '13', '16'].flatMap((day, at) => [
  [`2026-11-${day}T07:2${at}:00Z`, 'laptop'],
  [`2026-11-${day}T08:${['08', '20', '33', '33', '40', '44'][at]}:00Z`, 'phone'],
]);
const EVIDENCE = [
  signInTable(1, ['who', 'application', 'n'], APPS),
  signInTable(2, ['day', 'flows', 'first', 'last'], DAYS),
  signInTable(3, ['_time', 'user', 'event', 'computer'], STEPS),
  signInTable(4, ['_time', 'device'], MORNINGS),
];

function find(text: string, evidence = EVIDENCE) {
  const markdown = payrollReport('Hypothesis Analysis', text);
  const line = markdown.split('\n').indexOf(text) + 1;
  const own = new Set([
    'rank-differs',
    'comparison-differs',
    'order-turned',
    'end-differs',
    'bound-false',
    'limit-differs',
    'order-differs',
  ]);
  return checkReport(markdown, evidence).filter((found) => found.line === line && own.has(found.reason));
}

it.each([
  // The most and the least of a column, also of one value of another column.
  [
    'Among the applications of nadia, Slack is used most often [E1].',
    'Among the applications of nadia, Jira Cloud is used most often [E1].',
  ],
  ['The busiest day was 13 November [E2].', 'The busiest day was 10 November [E2].'],
  ['The fewest flows were on 9 November [E2].', 'The fewest flows were on 12 November [E2].'],
  // More and less, by counts or by numbers of the sentence itself.
  ['Salesforce is used by tom more often than Slack [E1].', 'Salesforce is used by tom less often than Slack [E1].'],
  [
    'Salesforce had 30 events, more than Slack (12) and Jira Cloud (9) together [E1].',
    'Salesforce had 30 events, fewer than Slack (12) and Jira Cloud (9) together [E1].',
  ],
  [
    'There were 30 events against 6: more than four times as many [E1].',
    'There were 30 events against 6: less than half as many [E1].',
  ],
  // What came first, by what happened and by names.
  [
    'The factor was activated, then the shadow copies were deleted [E3].',
    'The shadow copies were deleted, and only then the factor was activated [E3].',
  ],
  [
    'The event log was cleared, and four minutes later the service was installed [E3].',
    'The event log was cleared, and four minutes before that the service was installed [E3].',
  ],
  ['It went to fs-02, then to dc-01 [E3].', 'It went to dc-01, then to fs-02 [E3].'],
  [
    'Then dc-01 and fs-02 were reached within eight minutes, fs-02 first [E3].',
    'Then dc-01 and fs-02 were reached within eight minutes, dc-01 first [E3].',
  ],
  ['The last of the steps was at 18:38:41Z [E3].', 'The first of the steps was at 18:38:41Z [E3].'],
  // Limits of counts, of gaps and of times of day.
  ['There were no fewer than 14 flows on any day [E2].', 'There were no fewer than 16 flows on any day [E2].'],
  [
    'His events were never more than 11 minutes apart [E3].',
    'His events were never more than three minutes apart [E3].',
  ],
  [
    'The phone was always seen between 08:08 and 08:44 [E4].',
    'The phone was always seen between 08:30 and 08:44 [E4].',
  ],
  ['Of tom, Slack has fewer events, 2 [E1].', 'Of tom, Slack has more events, 2 [E1].'],
  ['Every day was quiet after 16:20Z [E2].', 'Every day was quiet after 14:20Z [E2].'],
])('takes "%s" and warns of "%s"', (right, wrong) => {
  expect(find(right).map(({ message }) => message)).toEqual([]);
  expect(find(wrong).map(({ severity }) => severity)).toContain('warning');
});

it.each([
  // What leaves something out, is no comparison, or has a sense that rows can't tell.
  'Slack is the most likely way in, and one of the most used applications [E1].',
  'After Salesforce, Slack is used most often [E1].',
  'No application is used more than Salesforce [E1].',
  'Salesforce is used by tom 15 times as often as Slack [E1].',
  'The most anybody else had on a single day is 15 flows [E2].',
  'The first ends at 16:14:00Z, the second starts later [E2].',
  'The factor was activated after the memory had been accessed, before the log was cleared [E3].',
])('has nothing against "%s"', (text) => {
  expect(find(text).map(({ message }) => message)).toEqual([]);
});

it('says what the rows have instead', () => {
  const messages = [
    'The busiest day was 10 November [E2].',
    'Salesforce is used by tom less often than Slack [E1].',
    'The event log was cleared, and four minutes before that the service was installed [E3].',
  ].flatMap((text) => find(text).map(({ message }) => message));
  expect(messages).toEqual([
    '"busiest" does not fit E2: there it is 2026-11-13, with 18.',
    '"less often" does not fit: it is Salesforce with 30 against Slack with 2 (E1).',
    'The evidence does not fit "four minutes": it shows 4 minutes the other way round.',
  ]);
});

it('says nothing of records that were truncated', () => {
  const cut = [
    EVIDENCE[0] as EvidenceIndex,
    signInTable(2, ['day', 'flows', 'first', 'last'], DAYS, { truncated: true }),
  ];
  expect(find('The busiest day was 10 November [E2].', cut)).toEqual([]);
  expect(find('There were no fewer than 16 flows on any day [E2].', cut)).toEqual([]);
});
