import { expect, it } from 'vitest';
import type { Fact, SourceCase } from './case';
import { type Finding, SET_UP_BEFORE } from './finding';
import { explainNewcomers, setUpOf } from './follow-makers';

const NEW = 'system:serviceaccount:tools:operator';
const source = {};
const fact = (row: Record<string, unknown>): Fact => ({ row, evidence: 7, source }) as unknown as Fact; // what is read of it
const maker = { made: NEW, principal: 'gitops', ip: '203.0.113.9', agent: 'Helm', first: '2026-11-19T09:15:00Z' };
const before = { days_before: 9, other: 'cert-manager', other_at: '2026-11-11T10:00:00Z' };
const caseOf = (made: Record<string, unknown>, ip = '10.1.2.3'): SourceCase =>
  ({
    source,
    who: [fact({ principal: NEW, ip, first: '2026-11-19T09:16:00Z' })],
    makers: [fact({ ...maker, ...before, ...made })],
  }) as unknown as SourceCase; // what is read of it
const reads = (level = 'high'): Finding =>
  ({ principals: [NEW], explained: null, score: 25, level, attempt: false, facts: [fact({})] }) as unknown as Finding; // what is read of it

function explained(item: SourceCase, finding = reads()): string | null {
  explainNewcomers([finding], [item]);
  return finding.explained;
}

it('what a new account does is explained by whoever set up another in the same way before', () => {
  expect(explained(caseOf({}))).toBe(SET_UP_BEFORE);
  expect(setUpOf([caseOf({})], NEW)?.text).toMatch(
    /^set up by `gitops` from .* with `Helm` at .*, as `cert-manager` was at /,
  );
});

it('and not by somebody who never did, from a new place, hours before, or where it acts from outside', () => {
  expect(explained(caseOf({ other: '' }))).toBeNull();
  expect(explained(caseOf({ days_before: 1 }))).toBeNull();
  expect(explained(caseOf({ first: '2026-11-19T03:00:00Z' }))).toBeNull();
  expect(explained(caseOf({}, '198.51.100.7'))).toBeNull();
  expect(explained(caseOf({}), reads('critical'))).toBeNull();
});
