import { expect, it } from 'vitest';
import { checkReport } from './check-report';
import { evidenceRecord } from './testing/evidence-record';

const TABLE = (columns: string[], rows: unknown[][]) => ({ structured: { columns, rows }, rows: rows.length });
const RANGE = { timeFrom: '2026-11-04T00:00:00Z', timeTo: '2026-11-20T00:00:00Z' };
const EVENTS = [
  ['2026-11-05T08:05:00Z', 'dana.kim', 'ListBuckets', '203.0.113.20', null, null],
  ['2026-11-12T08:05:00Z', 'dana.kim', 'ListBuckets', '203.0.113.20', null, null],
  ['2026-11-19T14:06:00Z', 'omar.reyes', 'CreateUser', '198.51.100.5', 'AccessDenied', 'support-7'],
  ['2026-11-19T14:07:00Z', 'omar.reyes', 'RegisterDevice', '198.51.100.5', null, 'DESKTOP-8KQ1'],
  ['2026-11-19T14:20:00Z', 'omar.reyes', 'GetSecretValue', '198.51.100.5', null, 'prod/db-2'],
  ['2026-11-19T14:40:00Z', 'omar.reyes', 'StopLogging', '198.51.100.5', null, 'trail-1'],
];
const EVIDENCE = [
  evidenceRecord(1, { ...RANGE, ...TABLE(['_time', 'userName', 'eventName', 'ip', 'errorCode', 'target'], EVENTS) }),
  evidenceRecord(2, {
    ...RANGE,
    ...TABLE(
      ['_time', 'eventName', 'target'],
      EVENTS.slice(2).map(([time, , name, , , target]) => [time, name, target]),
    ),
  }),
  evidenceRecord(3, {
    ...RANGE,
    ...TABLE(['_time', 'eventName'], []),
    args: { sql: "SELECT * FROM t WHERE eventName = 'DeleteTrail'" },
  }),
];
const TIMELINE = [
  '| Time (UTC) | Actor | Action | Outcome | Evidence |',
  '| --- | --- | --- | --- | --- |',
  '| 2026-11-19 14:06:00Z | omar.reyes | CreateUser | failure | [E1] |',
  '| 2026-11-19 14:20:00Z | omar.reyes | GetSecretValue | success | [E1] |',
  '| 2026-11-19 14:40:00Z | omar.reyes | StopLogging | success | [E1] |',
].join('\n');

function found(sentence: string, { section = 'Technical Details', timeline = TIMELINE } = {}): string[] {
  const text = `## Executive Summary\n\nomar.reyes stopped the trail [E1].\n\n## Timeline\n\n${timeline}\n\n## ${section}\n\n${sentence}\n`;
  return checkReport(text, EVIDENCE).flatMap(({ reason, severity, message }) =>
    /front-matter|title|classification|confidence|section|severity-missing/.test(reason)
      ? []
      : [`${severity} ${reason}: ${message}`],
  );
}

it.each([
  ['No device was registered [E1].', /absence-contradicted.*registerdevice/],
  ['Nothing was created or changed by `omar.reyes` [E1].', /absence-contradicted/],
  [
    'From `198[.]51[.]100[.]5` came four calls; nothing from that address was refused [E1].',
    /absence-contradicted|outcome/,
  ],
  [
    'All came from `203[.]0[.]113[.]20`; no call came from another address [E1].',
    /absence-contradicted.*198\.51\.100\.5/,
  ],
  ['`omar.reyes` did nothing on that day [E1].', /absence-contradicted/],
  ['`omar.reyes` had called GetSecretValue on most days [E1].', /habit-unsupported.*2026-11-19/],
  ['The trail was stopped, then a secret was read [E1].', /order-differs/],
  [
    'StopLogging was last; `omar.reyes` created a user, all of that went through [E1].',
    /outcome-differs.*AccessDenied/,
  ],
  ['`dana.kim` opened `prod/db-2` [E1].', /actor-/],
  ['dana.kim and priya.nair work here [E1].', /entity-unknown.*priya\.nair/],
])('finds %s', (sentence, expected) => {
  expect(found(sentence).join('\n')).toMatch(expected);
});

it.each([
  'No trail was deleted [E3].',
  'One device was registered [E1].',
  '`dana.kim` had listed buckets on several days [E1].',
  'A secret was read, then the trail was stopped [E1].',
  '`omar.reyes` tried to create a user; that was refused [E1].',
  '`omar.reyes` read `prod/db-2` [E1].',
  'dana.kim and omar.reyes work here [E1].',
  'Nobody else stopped the trail [E1].',
  'Revoke the key of `omar.reyes`, then read the log of `trail-1` [E1].',
])('says nothing of %s', (sentence) => {
  expect(found(sentence)).toEqual([]);
});

it('holds the actor of a row against the other records of that second', () => {
  const row = (who: string) =>
    `${TIMELINE.split('\n').slice(0, 2).join('\n')}\n| 2026-11-19 14:40:00Z | ${who} | StopLogging | success | [E2] |`;
  expect(found('The trail was stopped [E1].', { timeline: row('dana.kim') }).join()).toMatch(
    /actor-differs.*omar\.reyes/,
  );
  expect(found('The trail was stopped [E1].', { timeline: row('omar.reyes') })).toEqual([]);
});

it('warns of a step against somebody whom nothing ties to the case', () => {
  const section = 'Recommendations';
  expect(found('- Disable `dana.kim` [E1].', { section }).join()).toMatch(/advice-untied.*dana\.kim/);
  expect(found('- Disable `omar.reyes` [E1].', { section })).toEqual([]);
});
