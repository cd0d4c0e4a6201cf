import { expect, it } from 'vitest';
import type { Fact, SourceCase } from './case';
import { explainEnrolments } from './explain-enrolments';
import type { Finding } from './finding';

const OWNER = 'mira@corp.example';
const fact = (row: Record<string, unknown>): Fact => ({ row, evidence: 1 }) as unknown as Fact; // what is read of it

/** An enrolment at 10:00 that nothing explains yet. */
const enrolment = (ip = '192.0.2.5'): Finding =>
  ({
    explained: null,
    attempt: false,
    techniques: ['T1098.005'],
    principals: [OWNER],
    score: 8,
    facts: [fact({ principal: OWNER, ip, first: '2026-11-20T10:00:00Z' })],
  }) as unknown as Finding;

const source = (reset: Record<string, unknown>): SourceCase =>
  ({
    profile: [fact({ principal: OWNER, ip: '192.0.2.5', n_before: 12 })],
    resets: [fact({ principal: 'help@corp.example', target: OWNER, days: 5, last: '2026-11-20T09:40:00Z', ...reset })],
  }) as unknown as SourceCase;

const explained = (finding: Finding, reset: Record<string, unknown> = {}): boolean => {
  explainEnrolments([finding], [source(reset)]);
  return finding.explained !== null && finding.score === 0;
};

it('explains a new factor after the help desk had reset the old ones', () => {
  expect(explained(enrolment())).toBe(true);
});

it('does not, where the reset is of somebody else, too long ago, later, or by one who seldom does it', () => {
  expect(explained(enrolment(), { target: 'other@corp.example' })).toBe(false);
  expect(explained(enrolment(), { last: '2026-11-18T09:40:00Z' })).toBe(false);
  expect(explained(enrolment(), { last: '2026-11-20T10:20:00Z' })).toBe(false);
  expect(explained(enrolment(), { days: 1 })).toBe(false);
});

it('does not, where they enrolled from an address that is new for them', () => {
  expect(explained(enrolment('198.51.100.9'))).toBe(false);
});
