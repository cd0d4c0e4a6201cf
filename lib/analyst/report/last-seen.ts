import { text } from '../case';
import { isAddress } from '../find-actors';
import { NEW_ADDRESS, TAKEN_SESSION, USED_ACCESS } from '../finding';
import { clock, MINUTE, readTime } from '../time';
import { code } from './escape';
import { cited, type Material } from './parts';

/** Findings about where somebody acted from: their addresses are the other side's. */
const FROM_ELSEWHERE: string[] = [NEW_ADDRESS, TAKEN_SESSION, USED_ACCESS];

/** A log that ends so soon after somebody's last act doesn't say that they are gone. */
const STILL = 10 * MINUTE;

/** Whether it is over: when the address that is new for the identities was last seen, and how far the log goes. '' where none is. */
export function lastSeen({ gathered, judgement }: Material): string {
  if (judgement.classification === 'BENIGN') return '';
  const elsewhere = judgement.findings.filter(({ did, score }) => FROM_ELSEWHERE.includes(did) && score > 0);
  const addresses = new Set(elsewhere.flatMap(({ facts }) => facts.map(({ row }) => text(row, 'ip'))));
  const seen = gathered.cases
    // Where the alert names a thing, those who acted on it are known by these acts alone: the profile has all of theirs.
    .flatMap(({ who, profile, scope }) =>
      [...who, ...profile].filter(({ row }) => scope.principals.includes(text(row, 'principal'))),
    )
    .filter(({ row }) => isAddress(text(row, 'ip')) && addresses.has(text(row, 'ip')))
    .map((fact) => ({ fact, at: readTime(fact.row.last) ?? 0 }))
    .sort((a, b) => b.at - a.at);
  const [last] = seen;
  const to = last?.fact.source.to ?? null;
  if (!last || to === null) return '';
  const address = code(text(last.fact.row, 'ip'));
  const log = code(last.fact.source.name);
  const evidence = [last.fact.evidence, last.fact.source.described];
  return to - last.at < STILL
    ? cited(`${address} was still active at ${clock(last.at)}, when ${log} ends`, evidence)
    : cited(`${address} was last seen at ${clock(last.at)}, and ${log} ends at ${clock(to)}`, evidence);
}
