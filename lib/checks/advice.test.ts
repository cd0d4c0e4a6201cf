import { expect, it } from 'vitest';
import { checkReport } from './check-report';
import { evidenceRecord } from './testing/evidence-record';

const CALLS = [
  ['2026-11-19T13:02:00Z', 'eva.lund', 'AKIAEVALUNDOLDKEY001', '203.0.113.61'],
  ['2026-11-19T13:05:00Z', 'eva.lund', 'AKIAEVALUNDNEWKEY001', '198.18.60.4'],
  ['2026-11-19T13:06:00Z', 'backup-agent', 'AKIABACKUPAGENT00001', '203.0.113.80'],
];
const EVIDENCE = [
  evidenceRecord(1, {
    structured: { columns: ['_time', 'user', 'key', 'ip'], rows: CALLS },
    rows: 3,
    args: { sql: 'SELECT * FROM cloudtrail' },
  }),
];

const found = (step: string): string[] =>
  checkReport(
    `## Executive Summary

The key \`AKIAEVALUNDNEWKEY001\` of \`eva.lund\` was used from \`198[.]18[.]60[.]4\` [E1].

## Timeline

| Time (UTC) | Actor | Action | Evidence |
| --- | --- | --- | --- |
| 2026-11-19 13:02:00Z | eva.lund | a call | [E1] |
| 2026-11-19 13:05:00Z | eva.lund | a call from \`198[.]18[.]60[.]4\` | [E1] |
| 2026-11-19 13:06:00Z | eva.lund | a call | [E1] |

## Recommendations

- ${step}
`,
    EVIDENCE,
  ).flatMap(({ reason, severity, message }) => (reason === 'advice-untied' ? [`${severity}: ${message}`] : []));

it.each([
  ['Narrow `backup-agent` to one bucket.', 'backup-agent'],
  ['No need to end the sessions of `AKIAEVALUNDOLDKEY001`.', 'AKIAEVALUNDOLDKEY001'],
  ['Ask the owner of `203[.]0[.]113[.]80`.', '203[.]0[.]113[.]80'],
])('warns of what the report tells nothing about: %s', (step, value) => {
  expect(found(step)).toEqual([
    `warning: Only the recommendations name ${value}. E1 has it, but nothing here ties it to the activity: check the name, or say why.`,
  ]);
});

it.each([
  'Deactivate `AKIAEVALUNDNEWKEY001` and block `198[.]18[.]60[.]4`.',
  'Alert on any reader other than `backup-agent`.',
  'Ask `backup-agent` for its log; keep `backup-agent` running.',
])('says nothing of %s', (step) => {
  expect(found(step)).toEqual([]);
});
