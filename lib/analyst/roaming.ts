import { type Fact, num, text } from './case';
import { groupBy } from './group-by';
import { among, literal } from './sql';

/**
 * A tool of an identity whose address is another every day: runners of a build service, phones, functions. `networks`: the first halves of
 * its addresses where they are few, as a phone's are; null where it comes from anywhere.
 */
export type Roaming = { principal: string; agent: string; networks: string[] | null };

/** So many addresses before, none of them on more than a few days. */
const ADDRESSES = 6;
/** Of a phone's browser fewer suffice, where all are of one network: its carrier gives it another one each time. */
const PHONE_ADDRESSES = 3;
const PHONE_NETWORKS = 2;
const PHONE = /iPhone|iPad|Android/;
const DAYS = 3;
/** From so many networks on, which one it is says nothing. */
const ANYWHERE = 5;

const networkOf = (ip: string): string => /^\d+\.\d+\./.exec(ip)?.[0] ?? ip.split(':').slice(0, 2).join(':');

/** Where such tools act from says nothing about who acts, as long as it is a network that they used before. */
export function roamingOf(profile: Fact[]): Roaming[] {
  const before = profile.filter(
    ({ row }) => num(row, 'n_before') > 0 && text(row, 'ip') !== '' && text(row, 'agent') !== '',
  );
  return [...groupBy(before, ({ row }) => text(row, 'principal'))].flatMap(([principal, facts]) => {
    const tools = groupBy(facts, ({ row }) => text(row, 'agent'));
    // Who never comes from a place of their own comes from none with any of their tools.
    const everywhere = networksOf(facts);
    return [...tools].flatMap(([agent, own]) => {
      const found = everywhere ?? networksOf(own) ?? (PHONE.test(agent) ? carrierOf(own) : null);
      return found === null ? [] : [{ principal, agent, networks: found.length >= ANYWHERE ? null : found }];
    });
  });
}

/** The networks of facts that are from another address every day; null where they are not. */
function networksOf(facts: Fact[]): string[] | null {
  const addresses = new Set(facts.map(({ row }) => text(row, 'ip')));
  if (addresses.size < ADDRESSES || facts.some(({ row }) => num(row, 'days_before') > DAYS)) return null;
  return [...new Set([...addresses].map(networkOf))];
}

/** The networks, one or two, of a phone that had another address of them on each of several days; null where it had not. */
function carrierOf(facts: Fact[]): string[] | null {
  const addresses = new Set(facts.map(({ row }) => text(row, 'ip')));
  const networks = new Set([...addresses].map(networkOf));
  const isOfOneDay = facts.every(({ row }) => num(row, 'days_before') <= 1);
  // A carrier has more than one block: of two, one address more tells that it is no single stay elsewhere.
  const enough = PHONE_ADDRESSES + networks.size - 1;
  return networks.size <= PHONE_NETWORKS && isOfOneDay && addresses.size >= enough ? [...networks] : null;
}

/** Whether it was done with such a tool, from a network that the tool used before. */
export const isRoaming = ({ row }: Fact, roaming: Roaming[]): boolean =>
  roaming.some(
    ({ principal, agent, networks }) =>
      principal === text(row, 'principal') &&
      agent === text(row, 'agent') &&
      (networks === null || networks.includes(networkOf(text(row, 'ip')))),
  );

/** More than these would make the query unreadable. */
const MOST_TOLD = 10;

/** The address as a column by which what was done is compared: of roaming tools one for all. */
export function comparedAddress(roaming: Roaming[]): string {
  if (roaming.length === 0) return 'ip';
  const cases = roaming.slice(0, MOST_TOLD).map(({ principal, agent, networks }) => {
    const network =
      networks === null
        ? ''
        : ` AND ${among("regexp_extract(ip, '^([0-9]+[.][0-9]+[.]|[0-9a-f]*:[0-9a-f]*)', 1)", networks)}`;
    return `WHEN principal = ${literal(principal)} AND agent = ${literal(agent)}${network} THEN 'another every day'`;
  });
  return `CASE ${cases.join(' ')} ELSE ip END`;
}
