import { expect, it } from 'vitest';
import { usedOf } from './follow-access';
import type { LogSource } from './queries';
import type { Seed } from './subject';

const source = {} as LogSource; // not looked at
const use = (login: string, key = '') => ({ row: { login, key }, evidence: 1, source });
const provider: Seed = { kind: 'resource', value: 'Corp Sync' };
const account: Seed = { kind: 'email', value: 'lea@corp.example' };
const key: Seed = { kind: 'access_key', value: 'AKIAEXAMPLE000000001' };

it('tells an identity provider, which others use, from the account that nobody used', () => {
  expect(usedOf([provider, account], [use('greta@corp.example')])).toEqual([provider]);
  expect(usedOf([provider, account], [use('lea@corp.example')])).toEqual([account]);
  expect(usedOf([account, key], [use('build', 'AKIAEXAMPLE000000001')])).toEqual([key]);
});
