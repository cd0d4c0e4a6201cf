import { expect, it } from 'vitest';
import { checkReport } from './check-report';
import { evidenceRecord } from './testing/evidence-record';

const alert = {
  title: 'Port scan of i-061213b235719e428',
  occurredAt: '2026-11-26T09:01:30.000Z',
  entities: [
    { kind: 'ip', value: '198.18.26.83' },
    { kind: 'instance', value: 'i-061213b235719e428' },
    { kind: 'ip', value: '10.20.11.199' },
  ],
};
const EVIDENCE = [
  evidenceRecord(4, { server: 'socdown', tool: 'get_alert', text: JSON.stringify({ alert }), structured: { alert } }),
];
/** A timeline whose one row has a time, of an alert that names its machine among its entities. */
const found = (time: string) =>
  checkReport(
    `## Timeline\n\n| Time (UTC) | Actor | Action | Outcome | Evidence |\n| --- | --- | --- | --- | --- |\n| ${time} | Alert | Port scan of i-061213b235719e428 | low severity | [E4] |\n`,
    EVIDENCE,
  )
    .filter(({ rule, line }) => rule === 'evidence' && line === 5)
    .map(({ severity }) => severity);

it('finds the time of an alert though its entities, which have none, name the same machine', () => {
  expect(found('2026-11-26 09:01:30Z')).toEqual([]);
  expect(found('2026-11-26 09:07:30Z')).toEqual(['error']);
});

const FRONT = `---
title: Access key
codename: amber-slate-otter
alerts:
  - generic:key-1
status: draft
classification: MALICIOUS
confidence: 90
severity:
  original: high
  assessed: high
techniques: []
entities: []
opened: 2026-11-20T17:02:00.000Z
updated: 2026-11-20T17:20:00.000Z
model: a language model
assessment: proposed
summary: A key was made.
---

`;
const ofKey = (source: string) => {
  const own = { title: 'Console login', source, sourceRef: 'key-1', occurredAt: '2026-11-17T23:05:00.000Z' };
  return [
    evidenceRecord(1, {
      server: 'socdown',
      tool: 'get_alert',
      text: JSON.stringify({ alert: own }),
      structured: { alert: own },
    }),
    evidenceRecord(2, {
      structured: { columns: ['_time', 'eventName'], rows: [['2026-11-17T23:10:00Z', 'CreateAccessKey']] },
      rows: 1,
      args: { sql: 'SELECT _time, eventName FROM cloudtrail' },
    }),
  ];
};
const lengths = (sentence: string, source = 'generic') =>
  checkReport(`${FRONT}## Technical Details\n\n${sentence}\n`, ofKey(source)).flatMap(({ rule, message }) =>
    rule === 'bound' ? [message] : [],
  );

it('holds what came before or after the alert against when that alert came', () => {
  expect(lengths('An access key was made five minutes after the alert [E1] [E2].')).toEqual([]);
  expect(lengths('An access key was made fifty minutes after the alert [E1] [E2].')).toEqual([
    'The evidence does not fit "fifty minutes": it shows 5 minutes.',
  ]);
  expect(lengths('The alert came five minutes after the access key was made [E1] [E2].')).toEqual([
    'The evidence does not fit "five minutes": it shows 5 minutes the other way round.',
  ]);
  // An alert from another source is not one of the case's own.
  expect(lengths('An access key was made fifty minutes after the alert [E1] [E2].', 'panther')).toEqual([]);
});
