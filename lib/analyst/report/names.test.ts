import { expect, it } from 'vitest';
import { personOf, shortName } from './names';

const OF = 'arn:aws:sts::471112233445:assumed-role';

it.each([
  [`${OF}/AWSReservedSSO_PowerUser_8c1f0a2b/jana@corp.example`, '`jana@corp.example`'],
  [`${OF}/AWSReservedSSO_PowerUser_8c1f0a2b/robot`, 'role `AWSReservedSSO_PowerUser_8c1f0a2b` as `robot`'],
  [`${OF}/deploy/jana@corp.example`, 'role `deploy` as `jana@corp.example`'],
])('calls %s %s', (principal, name) => expect(shortName(principal)).toBe(name));

it('knows a person behind a permission set, and nobody behind another role', () => {
  expect(personOf(`${OF}/AWSReservedSSO_PowerUser_8c1f0a2b/jana@corp.example`)).toBe('jana@corp.example');
  expect(personOf(`${OF}/deploy/jana@corp.example`)).toBeNull();
});
