import { isPrivate } from '../../alerts/fang';
import { type Fact, num, type SourceCase, text } from '../case';
import { isWeeksApart, minimum } from '../find-actions';
import { isAddress } from '../find-actors';
import { type Finding, REFUSED_SCAN, SAME_SCAN } from '../finding';
import { groupBy } from '../group-by';
import { isRefusedVisit, isRequest, LEAST_REFUSED } from '../refused-connections';
import { code, defanged, shownDetail } from '../report/escape';
import { few } from '../report/names';
import { cite, spanOf } from '../report/parts';
import { clock, readTime } from '../time';
import { behaviour, total } from './finder';

/** So many ports or machines make a scan of them. */
const LEAST_PLACES = 10;

/** So many other addresses reach what answers everybody. */
const PUBLIC = 10;

/** Pages that every site has for whoever asks, also where too few do to be seen. */
const FOR_EVERYBODY = /^\/(?:robots\.txt|favicon\.ico|sitemap\.xml|\.well-known\/security\.txt)?$/;

/**
 * An address that tries many ports, machines or pages in vain. From outside and refused throughout it is the noise of the internet; from
 * inside, or where a connection was accepted, it is not.
 */
export function scans(source: SourceCase): Finding[] {
  return [...groupBy(source.episodes.filter(isRefusedVisit), ({ row }) => text(row, 'principal'))].flatMap(
    ([ip, facts]) => {
      const widest = Math.max(...facts.map(({ row }) => Math.max(num(row, 'targets'), num(row, 'details'))));
      if (!isAddress(ip) || total(facts) < LEAST_REFUSED || widest < LEAST_PLACES) return [];
      const accepted = source.accepted.filter(({ row }) => text(row, 'principal') === ip);
      const open = accepted.filter(
        ({ row }) => num(row, 'others') < PUBLIC && !FOR_EVERYBODY.test(text(row, 'target')),
      );
      const asked = source.profile.filter(({ row }) => text(row, 'principal') === ip);
      const isNoise = open.length === 0 && !isPrivate(ip);
      const found = behaviour(
        isPrivate(ip) ? 'high' : open.length > 0 ? 'medium' : 'low',
        facts.some(isRequest) ? ['T1595.002'] : ['T1595.001', 'T1046'],
        didOf(facts),
        [...facts, ...open.slice(0, 1)],
        '',
        isPrivate(ip) && open.length > 0
          ? `Look at ${placesText(open)} for what was done over the connections that got through`
          : null,
      );
      const end =
        accepted.length === 0
          ? `; nothing from it got through at any time ${cite(asked.slice(0, 1).map(({ evidence }) => evidence))}`
          : `; what got through went to ${placesText(open.length > 0 ? open : accepted)}${open.length > 0 ? '' : ', which answers everybody'} ${cite(accepted.slice(0, 1).map(({ evidence }) => evidence))}`;
      const when = spanOf({ first: found.first, last: found.last });
      const sentence = `${code(defanged(ip))} ${found.did}: ${countText(facts)}, ${when} ${cite(facts.map(({ evidence }) => evidence))}${end}.`;
      const same = isPrivate(ip) ? sameScan(facts, asked) : null;
      if (same) return [{ ...found, sentence, explained: SAME_SCAN, score: 0, usual: same }];
      return [
        { ...found, sentence, ...(isNoise ? { explained: REFUSED_SCAN, score: 0, level: 'medium' as const } : {}) },
      ];
    },
  );
}

/** An earlier day's scan may have been this much smaller. */
const ALIKE = 3;

/** The scan of an earlier week at the same hour, about as wide: a scanner that the calendar starts. */
function sameScan(facts: Fact[], asked: Fact[]): Finding['usual'] {
  const first = minimum(facts.map(({ row }) => readTime(row.first)));
  const refused = asked.filter((fact) => isRefusedVisit(fact) && num(fact.row, 'n_before') > 0);
  const before = refused.find(({ row }) => {
    const start = readTime(row.first);
    const days = Math.max(1, num(row, 'days_before'));
    return (
      start !== null && isWeeksApart(start, first ?? 0) && num(row, 'n_case') <= (ALIKE * num(row, 'n_before')) / days
    );
  });
  if (!before) return null;
  const day = clock(readTime(before.row.first) ?? 0).slice(0, 10);
  return { text: `as on ${day} at the same hour`, evidence: [before.evidence] };
}

/** What else an address did that only scanned, and was refused as the rest: it tried something that nobody answered. */
export function explainScanners(findings: Finding[]): void {
  explainCalendar(findings);
  const noise = findings.filter(({ explained }) => explained === REFUSED_SCAN).flatMap(({ principals }) => principals);
  for (const finding of findings) {
    const isTheirs = finding.principals.length > 0 && finding.principals.every((name) => noise.includes(name));
    if (!isTheirs || finding.explained !== null || !finding.facts.every(isRefusedVisit)) continue;
    finding.explained = REFUSED_SCAN;
    finding.score = 0;
  }
}

/** Refused requests of an address whose scan comes every week are part of it. */
function explainCalendar(findings: Finding[]): void {
  const scanned = new Map(
    findings.flatMap((one) =>
      one.explained === SAME_SCAN ? one.principals.map((ip) => [ip, one.usual] as const) : [],
    ),
  );
  for (const finding of findings) {
    const usual = finding.principals.length === 1 ? scanned.get(finding.principals[0] ?? '') : undefined;
    if (usual === undefined || finding.explained !== null || !finding.facts.every(isRefusedVisit)) continue;
    finding.explained = SAME_SCAN;
    finding.usual = usual;
    finding.score = 0;
  }
}

/** "`10.0.0.7`, port `443`": where connections were accepted. */
const placesText = (facts: Fact[]): string =>
  few(facts.map((fact) => `${code(defanged(text(fact.row, 'target')))}${portText(fact)}`));
const portText = ({ row }: Fact): string =>
  text(row, 'detail') === '' ? '' : ` (${shownDetail(text(row, 'detail'))})`;

const didOf = (facts: Fact[]): string =>
  facts.some(isRequest) ? 'tried many addresses of the site' : portsText(facts);

const portsText = (facts: Fact[]): string =>
  Math.max(...facts.map(({ row }) => num(row, 'targets'))) > 1
    ? 'scanned several machines'
    : `scanned the ports of ${few([...new Set(facts.map(({ row }) => text(row, 'target')))].map((value) => code(defanged(value))))}`;

/** A number only where one row has it: what several rows add up to stands in none of them. */
function countText(facts: Fact[]): string {
  const [only] = facts;
  if (facts.length > 1 || !only)
    return `refused ${facts.some(isRequest) ? 'requests' : 'connections'}, up to ${Math.max(...facts.map(({ row }) => num(row, 'n')))} in one burst`;
  if (isRequest(only)) return `${num(only.row, 'n')} refused requests for ${num(only.row, 'targets')} addresses`;
  const [ports, machines] = [num(only.row, 'details'), num(only.row, 'targets')];
  return `${num(only.row, 'n')} refused connections${ports > 1 ? ` to ${ports} ports` : ''}${machines > 1 ? ` of ${machines} machines` : ''}`;
}
