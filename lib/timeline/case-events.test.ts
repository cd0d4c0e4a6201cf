import { expect, it } from 'vitest';
import type { EvidenceRecord } from '../evidence/evidence-record';
import { parseReport } from '../report/report';
import { caseEvents, MAX_EVENTS } from './case-events';

const record = (number: number, rows: unknown[][], more: Partial<EvidenceRecord> = {}): EvidenceRecord => ({
  number,
  server: 'logs',
  tool: 'query',
  args: { sql: 'SELECT * FROM cloudtrail' },
  status: 'ok',
  rows: rows.length,
  durationMs: 1,
  truncated: false,
  timeFrom: null,
  timeTo: null,
  text: '',
  structured: { columns: ['eventTime', 'eventName', 'userName', 'errorCode'], rows },
  ...more,
});
const tacticOf = (action: string) => (action === 'createaccesskey' ? 'persistence' : null);
const read = (records: EvidenceRecord[], section = '') =>
  caseEvents({ entries: parseReport(`## Timeline\n\n${section}`).timeline, records, tacticOf });

it('reads who did what when, how it ended and in which record, once though two queries returned it', () => {
  const row = ['2024-05-01T10:00:00Z', 'CreateAccessKey', 'eva', 'AccessDenied'];
  const { events, omitted } = read([
    record(3, [row]),
    record(4, [row, ['2024-05-01T09:00:00Z', 'ListUsers', 'bob', null]]),
  ]);
  expect(omitted).toBe(0);
  expect(events).toEqual([
    {
      at: Date.UTC(2024, 4, 1, 9),
      until: null,
      count: 1,
      actor: 'bob',
      action: 'listusers',
      source: 'cloudtrail',
      outcome: 'success',
      tactic: null,
      evidence: 4,
    },
    {
      at: Date.UTC(2024, 4, 1, 10),
      until: null,
      count: 1,
      actor: 'eva',
      action: 'createaccesskey',
      source: 'cloudtrail',
      outcome: 'failure',
      tactic: 'persistence',
      evidence: 3,
    },
  ]);
});

it('joins like events that follow each other closely, and keeps those apart that do not', () => {
  const at = (second: number) => [
    new Date(Date.UTC(2024, 4, 1) + second * 1000).toISOString(),
    'GetObject',
    'eva',
    null,
  ];
  const { events } = read([record(1, [at(0), at(30), at(80), at(400)])]);
  expect(events.map(({ count, at: start, until }) => [count, until === null ? 0 : until - start])).toEqual([
    [3, 80_000],
    [1, 0],
  ]);
});

it('has the rows of the report, with the tactic of the action they name', () => {
  const { events } = read(
    [record(2, [['2024-05-01T10:00:00Z', 'CreateAccessKey', 'eva', null]])],
    '| Time (UTC) | Actor | Action | Outcome | Evidence |\n| --- | --- | --- | --- | --- |\n| 2024-05-01 10:00:00Z | eva | CreateAccessKey | succeeded | [E2] |\n| no time | x | y | z | |\n',
  );
  expect(events).toMatchObject([{ source: 'report', action: 'CreateAccessKey', tactic: 'persistence', evidence: 2 }]);
});

it('leaves out failed calls, rows without a time or a deed, and what is more than fits', () => {
  const failed = record(1, [['2024-05-01T10:00:00Z', 'ListUsers', 'eva', null]], { status: 'failed' });
  const counts = record(2, [[12]], { structured: { columns: ['count'], rows: [[12]] } });
  expect(read([failed, counts]).events).toEqual([]);
  const rows = (from: number) =>
    Array.from({ length: 4000 }, (_, index) => [
      new Date(Date.UTC(2024, 0, 1) + (from + index) * 120_000).toISOString(),
      'ListUsers',
      `user${index % 9}`,
      null,
    ]);
  const started = Date.now();
  const { events, omitted } = read([record(3, rows(0)), record(4, rows(4000))]);
  expect([events.length, omitted]).toEqual([MAX_EVENTS, 8000 - MAX_EVENTS]);
  expect(Date.now() - started).toBeLessThan(4000);
});
