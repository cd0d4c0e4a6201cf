import { expect, it } from 'vitest';
import type { Fact } from './case';
import { comparedAddress, isRoaming, roamingOf } from './roaming';

const fact = (row: Record<string, unknown>): Fact =>
  ({ row: { principal: 'eva', agent: 'iPhone', n_before: 3, days_before: 1, ...row }, evidence: 1 }) as unknown as Fact; // what is read of it
const addresses = (list: string[], more: Record<string, unknown> = {}): Fact[] =>
  list.map((ip) => fact({ ip, ...more }));
const phone = ['192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.4', '192.0.2.5', '192.0.2.6'];
const runners = ['192.0.2.1', '198.51.100.2', '203.0.113.3', '198.18.0.4', '198.19.0.5', '100.64.0.6'];

it('a tool with another address every day is the same hand within the networks that it used', () => {
  const roaming = roamingOf(addresses(phone));
  expect(isRoaming(fact({ ip: '192.0.2.99' }), roaming)).toBe(true);
  expect(isRoaming(fact({ ip: '198.51.100.9' }), roaming)).toBe(false);
  expect(isRoaming(fact({ ip: '192.0.2.99', agent: 'curl' }), roaming)).toBe(false);
  expect(isRoaming(fact({ ip: '192.0.2.99', principal: 'bob' }), roaming)).toBe(false);
});

it('a tool that came from many networks may come from any', () => {
  expect(isRoaming(fact({ ip: '172.32.0.9' }), roamingOf(addresses(runners)))).toBe(true);
});

it('a phone needs a few addresses of one carrier only', () => {
  const roaming = roamingOf(addresses(phone.slice(0, 3)));
  expect(isRoaming(fact({ ip: '192.0.2.99' }), roaming)).toBe(true);
  expect(isRoaming(fact({ ip: '198.51.100.9' }), roaming)).toBe(false);
  expect(roamingOf(addresses(phone.slice(0, 3), { days_before: 2 }))).toEqual([]);
});

it('a carrier may have two networks, which need an address more', () => {
  const roaming = roamingOf(addresses([...phone.slice(0, 3), '198.51.100.4']));
  expect(isRoaming(fact({ ip: '198.51.100.9' }), roaming)).toBe(true);
  expect(isRoaming(fact({ ip: '203.0.113.9' }), roaming)).toBe(false);
  expect(roamingOf(addresses([...phone.slice(0, 2), '198.51.100.4']))).toEqual([]);
  expect(roamingOf(addresses([...phone.slice(0, 3), '198.51.100.4', '203.0.113.3']))).toEqual([]);
});

it('few addresses, or one that was used for days, are places of their own', () => {
  expect(roamingOf(addresses(phone.slice(0, 5), { agent: 'python' }))).toEqual([]);
  expect(roamingOf(addresses(phone.slice(0, 2)))).toEqual([]);
  expect(roamingOf(addresses(runners.slice(0, 5)))).toEqual([]);
  expect(roamingOf([...addresses(phone), ...addresses(['192.0.2.7'], { days_before: 9 })])).toEqual([]);
  expect(roamingOf(addresses(phone, { n_before: 0 }))).toEqual([]);
});

it('the names of tools and identities are quoted in the query', () => {
  const sql = comparedAddress(roamingOf(addresses(phone, { principal: "o'neil" })));
  expect(sql).toContain("principal = 'o''neil'");
  expect(comparedAddress([])).toBe('ip');
});
