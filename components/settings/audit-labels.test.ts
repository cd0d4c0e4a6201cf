import { expect, it } from 'vitest';
import { auditLabel, objectLabel, plainData, withoutIds } from './audit-labels';

it('says in words what was done; an action without a label keeps its id', () => {
  expect(auditLabel('auth.sign_in')).toBe('Signed in');
  expect(auditLabel('things.invent')).toBe('things.invent');
});

it.each([
  [{ updated: 0, accepted: 1, rejected: [], duplicates: 0 }, 'accepted 1'],
  [{ role: 'admin', invite: false, previousRole: 'lead' }, 'role admin · previous role lead'],
  [{ address: '127.0.0.1' }, 'address 127.0.0.1'],
  [{}, ''],
  [{ changes: { name: 'x' } }, null],
  [{ note: 'x'.repeat(200) }, null],
  [['a'], null],
  [null, null],
])('of %j the values are %j', (data, text) => {
  expect(plainData(data)).toBe(text);
});

it('names people, cases and what belongs to a case; what is gone keeps its id', () => {
  const names = { 'user:u1': 'Ada', 'investigation:i1': 'Root login', 'run:r1': 'Root login' };
  expect(objectLabel({ kind: 'user', id: 'u1' }, names)).toBe('Ada');
  expect(objectLabel({ kind: 'investigation', id: 'i1' }, names)).toBe('case “Root login”');
  expect(objectLabel({ kind: 'run', id: 'r1' }, names)).toBe('run of case “Root login”');
  expect(objectLabel({ kind: 'key', id: 'k1' }, names)).toBe('API key k1');
  expect(objectLabel({ kind: 'weekly_report', id: '2026-W47' }, names)).toBe('weekly report 2026-W47');
  const data = { kind: 'coach', investigationId: 'i1' };
  expect(withoutIds({ object: { kind: 'key', id: 'k1' }, data }, names)).toEqual({
    kind: 'coach',
    case: '“Root login”',
  });
  expect(withoutIds({ object: { kind: 'run', id: 'r1' }, data }, names)).toEqual({ kind: 'coach' });
  const unknown = { investigationId: 'i2' };
  expect(withoutIds({ object: { kind: 'run', id: 'r1' }, data: unknown }, names)).toEqual(unknown);
});
