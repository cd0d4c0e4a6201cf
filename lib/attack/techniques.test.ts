import { expect, it } from 'vitest';
import { isTechnique, technique, techniquesIn } from './techniques';

it('knows techniques and sub-techniques by id', () => {
  expect(technique('T1098.003')).toEqual({
    id: 'T1098.003',
    name: 'Additional Cloud Roles',
    tactics: ['persistence', 'privilege-escalation'],
  });
  expect([isTechnique('T1110'), isTechnique('T9999'), isTechnique('T1086'), isTechnique('__proto__')]).toEqual([
    true,
    false,
    false,
    false,
  ]);
});

it('finds ids as senders write them, real ones only', () => {
  const texts = [
    'techniques.t1098.003_additional_cloud_roles',
    'Brute Force (T1110)',
    'TA0006:T1552',
    'T1110.999 T12345 xT1059 T1059',
    'T0000',
  ];
  expect(techniquesIn(texts)).toEqual(['T1098.003', 'T1110', 'T1552', 'T1059']);
});
