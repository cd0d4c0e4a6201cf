import { type SourceCase, text } from '../case';
import { tellingAddresses } from '../find-actors';
import { type Finding, SEVERAL_SOURCES } from '../finding';
import { code, defanged } from '../report/escape';
import { few } from '../report/names';
import { cite } from '../report/parts';
import { behaviour } from './finder';

/**
 * One identity, or one address that is new in the case, that findings of several sources are about: each alone may be small.
 * `at`: the time of the alert in milliseconds.
 */
export function crossSource(cases: SourceCase[], findings: Finding[], at: number | null): Finding[] {
  // Two sources that recorded one act, such as CloudTrail and the access log of a bucket, are no second place.
  const isRecordedBefore = (finding: Finding): boolean =>
    findings
      .slice(0, findings.indexOf(finding))
      .some((other) => other.did === finding.did && other.principals.join() === finding.principals.join());
  const counted = findings.filter((finding) => finding.score > 0 && !isRecordedBefore(finding));
  const notable = (source: SourceCase): boolean =>
    counted.some((finding) => finding.facts.some((fact) => fact.source === source.source));
  const places = new Map<string, SourceCase[]>();
  for (const source of cases.filter(notable)) {
    const own = source.who.filter(({ row }) => source.primary.includes(text(row, 'principal')));
    const values = [
      ...own.map(({ row }) => text(row, 'login').toLowerCase()),
      ...tellingAddresses(source.who, source.primary, at),
    ];
    for (const value of new Set(values.filter((item) => item.length > 2)))
      places.set(value, [...(places.get(value) ?? []), source]);
  }
  const [shared] = [...places].filter(([, list]) => list.length > 1).sort((a, b) => b[1].length - a[1].length);
  if (!shared) return [];
  const [value, list] = shared;
  const facts = list.flatMap((source) =>
    source.who.filter(({ row }) => [text(row, 'login').toLowerCase(), text(row, 'ip')].includes(value)).slice(0, 1),
  );
  return [
    behaviour(
      'medium',
      [],
      SEVERAL_SOURCES,
      facts,
      `${code(defanged(value))} is behind findings in ${few(list.map(({ source }) => code(source.name)))} ${cite(facts.map(({ evidence }) => evidence))}.`,
    ),
  ];
}
