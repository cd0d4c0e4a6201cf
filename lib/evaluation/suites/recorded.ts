import fs from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import type { Classification } from '../../report/schema';
import type { AlertDocument } from '../../scenarios/event';
import { drawn, type EvaluationCase, type PlannedCase, type SuiteInput, writeFile } from './suite';

const fixture = (...parts: string[]): string => path.resolve('fixtures', ...parts);
const read = (file: string): string => fs.readFileSync(file, 'utf8');
const notBenign: Classification[] = ['SUSPICIOUS', 'MALICIOUS'];

const genericAlert = (alert: object): AlertDocument => ({
  source: 'generic',
  document: { severity: 'high', ...alert },
});

const Detonations = z.array(
  z.object({
    file: z.string(),
    title: z.string(),
    start: z.string(),
    actors: z.array(z.string()),
    actions: z.record(z.string(), z.number()),
  }),
);

/** A day of several attacks in ordinary work, and a taken-over account. */
const LONG_CASES: EvaluationCase[] = [
  {
    id: 'cloud-day',
    kind: 'attack-in-ordinary-work',
    truth: 'MALICIOUS',
    accept: ['MALICIOUS'],
    alerts: [
      genericAlert({
        id: 'cloud-day',
        title: 'Event selectors of a trail changed',
        time: '2023-07-10T12:00:08Z',
        user: 'bert-jan',
      }),
    ],
    writeLogs: (folder) =>
      writeFile(
        folder,
        'cloudtrail/cloudtrail.jsonl',
        read(fixture('real-logs', 'cloudtrail-invictus-part1', 'events.masked.jsonl')),
      ),
    moments: [],
    keyFacts: [
      'GetPasswordData',
      'SendCommand',
      'GetSecretValue',
      'PutEventSelectors',
      'StopLogging',
      'DeleteFlowLogs',
      'LeaveOrganization',
    ],
  },
  {
    id: 'okta-takeover',
    kind: 'account-takeover',
    truth: 'MALICIOUS',
    accept: ['MALICIOUS'],
    alerts: [
      genericAlert({
        id: 'okta-takeover',
        title: 'Administrator role granted',
        time: '2021-06-26T21:27:03Z',
        email: 'jack.naglieri@runpanther.io',
      }),
    ],
    writeLogs: (folder) => {
      for (const name of ['okta', 'gsuite'])
        writeFile(
          folder,
          `${name}/${name}.jsonl`,
          read(fixture('real-logs', 'panther-okta-admin-takeover', `${name}.jsonl`)),
        );
    },
    moments: [],
    keyFacts: ['thomas12223391', '194.88.246.242', 'user.account.privilege.grant', 'Company_Financials'],
  },
];

/** Recorded attacks: 17 techniques one by one, a day of several in ordinary work, and a taken-over Okta account. */
export function realAttacks(input: SuiteInput): PlannedCase[] {
  const detonations = Detonations.parse(JSON.parse(read(fixture('cloudtrail-stratus', 'truth.json')))).map(
    ({ file, title, start, actors, actions }): EvaluationCase => ({
      id: file.replace('.jsonl', ''),
      kind: 'technique',
      truth: 'MALICIOUS',
      accept: notBenign,
      alerts: [genericAlert({ id: file, title: `Unusual activity: ${title}`, time: start, user: actors[0] })],
      writeLogs: (folder) =>
        writeFile(folder, 'cloudtrail/cloudtrail.jsonl', read(fixture('cloudtrail-stratus', file))),
      moments: [],
      // CloudTrail writes the date of the API into some names; a report names the action without.
      keyFacts: Object.keys(actions).map((action) => action.replace(/ \(.*$/, '').replace(/\d{8}(v\d+)?$/, '')),
    }),
  );
  return drawn([...LONG_CASES, ...detonations], input).map((item) => ({ id: item.id, load: () => item }));
}

const Labelled = z.object({
  rule: z.string(),
  rule_title: z.string(),
  severity: z.string(),
  test: z.string(),
  expected: z.boolean(),
  event: z.record(z.string(), z.unknown()),
});

/** Single events with the rule that should, or should not, raise an alert on them. What the rule must not report is no attack. */
export function labelled(input: SuiteInput): PlannedCase[] {
  const text = gunzipSync(fs.readFileSync(fixture('panther-labelled', 'labelled.jsonl.gz'))).toString('utf8');
  const rows = text
    .trim()
    .split('\n')
    .map((line) => Labelled.parse(JSON.parse(line)));
  const cases = rows.map(
    ({ rule, rule_title: title, severity, test, expected, event }, index): EvaluationCase => ({
      id: `${rule}-${index + 1}`,
      kind: expected ? 'fires' : 'near-miss',
      truth: expected ? 'SUSPICIOUS' : 'BENIGN',
      accept: expected ? notBenign : ['BENIGN', 'SUSPICIOUS'],
      alerts: [
        {
          source: 'generic',
          document: { id: `${rule}:${index}`, title, severity: severity.toLowerCase(), rule, description: test, event },
        },
      ],
      writeLogs: (folder) => writeFile(folder, 'events/events.jsonl', `${JSON.stringify(event)}\n`),
      moments: [],
      keyFacts: [],
    }),
  );
  return drawn(cases, input).map((item) => ({ id: item.id, load: () => item }));
}

const Recorded = z.object({
  title: z.string(),
  rule: z.string(),
  techniques: z.array(z.string()),
  event: z.record(z.string(), z.unknown()),
});

/** Recorded Windows attacks of Sigma's regression data: the event of each rule among those of all others. */
export function sigma(input: SuiteInput): PlannedCase[] {
  const text = read(fixture('sigma-windows', 'events.jsonl')).trim();
  const rows = text.split('\n').map((line) => Recorded.parse(JSON.parse(line)));
  const cases = rows.map(
    ({ title, rule, techniques, event }): EvaluationCase => ({
      id: rule,
      kind: 'windows',
      truth: 'MALICIOUS',
      accept: notBenign,
      alerts: [
        { source: 'generic', document: { id: rule, title, severity: 'high', rule: title, tags: techniques, event } },
      ],
      writeLogs: (folder) =>
        writeFile(folder, 'windows/windows.jsonl', `${rows.map((row) => JSON.stringify(row.event)).join('\n')}\n`),
      moments: [],
      keyFacts: techniques,
    }),
  );
  return drawn(cases, input).map((item) => ({ id: item.id, load: () => item }));
}
