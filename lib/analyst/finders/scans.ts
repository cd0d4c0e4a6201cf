import { isPrivate } from '../../alerts/fang';
import { type Fact, num, type SourceCase, text } from '../case';
import { isAddress } from '../find-actors';
import type { Finding } from '../finding';
import { groupBy } from '../group-by';
import { code, defanged } from '../report/escape';
import { few } from '../report/names';
import { cite, spanOf } from '../report/parts';
import { CONNECTION } from '../sources/flows';
import { behaviour, total } from './finder';

/** So many refused connections, to so many ports or machines, are a scan and no mistaken setting. */
const LEAST_REFUSED = 15;
const LEAST_PLACES = 10;

/** What is said of an address outside whose scan got no answer. */
export const REFUSED_SCAN = 'every connection was refused, and none from that address was accepted at any time';

/**
 * An address that tries many ports or machines in vain. From outside and refused throughout it is the noise of the internet; from
 * inside, or where a connection was accepted, it is not.
 */
export function scans(source: SourceCase): Finding[] {
  const flows = source.episodes.filter(
    ({ row }) => text(row, 'action') === CONNECTION && text(row, 'outcome') !== 'ok',
  );
  return [...groupBy(flows, ({ row }) => text(row, 'principal'))].flatMap(([ip, facts]) => {
    const widest = Math.max(...facts.map(({ row }) => Math.max(num(row, 'targets'), num(row, 'details'))));
    if (!isAddress(ip) || total(facts) < LEAST_REFUSED || widest < LEAST_PLACES) return [];
    const accepted = source.profile.filter(
      ({ row }) => text(row, 'principal') === ip && text(row, 'outcome') === 'ok' && text(row, 'action') === CONNECTION,
    );
    const asked = source.profile.filter(({ row }) => text(row, 'principal') === ip);
    const isNoise = accepted.length === 0 && !isPrivate(ip);
    const found = behaviour(
      isPrivate(ip) ? 'high' : accepted.length > 0 ? 'medium' : 'low',
      ['T1595.001', 'T1046'],
      didOf(facts),
      [...facts, ...accepted.slice(0, 1)],
      '',
    );
    const end = isNoise
      ? `; no connection from it was accepted at any time ${cite(asked.slice(0, 1).map(({ evidence }) => evidence))}`
      : accepted.length > 0
        ? `; others were accepted: ${accepted.reduce((sum, { row }) => sum + num(row, 'n_before') + num(row, 'n_case') + num(row, 'n_after'), 0)} ${cite(accepted.slice(0, 1).map(({ evidence }) => evidence))}`
        : '';
    const when = spanOf({ first: found.first, last: found.last });
    const sentence = `${code(defanged(ip))} ${found.did}: ${countText(facts)}, ${when} ${cite(facts.map(({ evidence }) => evidence))}${end}.`;
    return [
      { ...found, sentence, ...(isNoise ? { explained: REFUSED_SCAN, score: 0, level: 'medium' as const } : {}) },
    ];
  });
}

const didOf = (facts: Fact[]): string =>
  Math.max(...facts.map(({ row }) => num(row, 'targets'))) > 1
    ? 'scanned several machines'
    : `scanned the ports of ${few([...new Set(facts.map(({ row }) => text(row, 'target')))].map((value) => code(defanged(value))))}`;

/** A number only where one row has it: what several rows add up to stands in none of them. */
function countText(facts: Fact[]): string {
  const [only] = facts;
  if (facts.length > 1 || !only)
    return `refused connections, up to ${Math.max(...facts.map(({ row }) => num(row, 'n')))} in one burst`;
  const [ports, machines] = [num(only.row, 'details'), num(only.row, 'targets')];
  return `${num(only.row, 'n')} refused connections${ports > 1 ? ` to ${ports} ports` : ''}${machines > 1 ? ` of ${machines} machines` : ''}`;
}
