import { expect, it } from 'vitest';
import { auditLabel, plainData } from './audit-labels';

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
