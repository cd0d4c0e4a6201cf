import { asked, noteFailure } from './ask-sources';
import { type Contact, type Fact, type Gathered, num, targetsOf, text } from './case';
import { contactedBy } from './contacts';
import { isAddress } from './find-actors';
import { isUsualAct } from './follow-access';
import { ask, type LogSource, rangeOf } from './queries';
import type { Context as Calls } from './script';
import { literal } from './sql';
import { readTime } from './time';

/** More of them are no staging server of one case. */
const MOST_HOSTS = 5;
const MOST_ROWS = 200;

/**
 * Hosts outside that the commands of the case name, such as where a script was fetched from, and who else named or reached each of
 * them, asked of every source: whoever blocks it wants to know who went there.
 */
export async function followContacts(context: Calls, gathered: Gathered): Promise<void> {
  const named = commandsOf(gathered).flatMap(({ fact, command }) =>
    contactedBy(command).map((host) => ({ host, command, fact })),
  );
  const known = new Set(gathered.requests.map(({ row }) => text(row, 'ip')));
  const hosts = [...new Set(named.map(({ host }) => host))].filter((host) => !known.has(host)).slice(0, MOST_HOSTS);
  if (hosts.length === 0) return;
  const outcomes = await asked(
    context,
    gathered.steps,
    gathered.sources.map((source) => ['Who else named the hosts of these commands?', whoNames(source, hosts)]),
  );
  const facts = outcomes.flatMap((outcome, index): Fact[] => {
    const source = gathered.sources[index] as LogSource; // one answer per source
    noteFailure(gathered, outcome, false);
    return (outcome.table?.rows ?? []).map((row) => ({ row, evidence: outcome.evidence, source }));
  });
  gathered.contacts = hosts.map((host): Contact => {
    const own = named.filter((one) => one.host === host);
    const actors = new Set(own.map(({ fact }) => text(fact.row, 'principal')));
    const seen = facts.filter(({ row }) => text(row, 'host') === host);
    const others = seen.filter(
      ({ row }) => !['', host].includes(text(row, 'principal')) && !actors.has(text(row, 'principal')),
    );
    const begin = Math.min(...own.map(({ fact }) => readTime(fact.row.first) ?? Number.POSITIVE_INFINITY));
    return {
      host,
      commands: own.map(({ fact, command }) => ({ fact, command })),
      seen,
      others,
      isUsual: others.some(({ row }) => (readTime(row.first) ?? begin) < begin),
      isWhole: outcomes.every(({ ok, table }) => ok && table?.truncated !== true),
      asked: outcomes.filter(({ ok }) => ok).map(({ evidence }) => evidence),
    };
  });
}

/** Command lines that a rule of weight hits and that are no habit. */
function commandsOf({ cases, detections }: Gathered): { fact: Fact; command: string }[] {
  return cases.flatMap((item) =>
    item.inside
      .filter((fact) => {
        const level = detections.rules.get(text(fact.row, 'rule'))?.level;
        return text(fact.row, 'outcome') === 'ok' && level !== undefined && GRAVE.has(level) && !isUsualAct(item, fact);
      })
      .flatMap((fact) =>
        [...targetsOf(fact.row), text(fact.row, 'detail')]
          .filter((command) => /\s/.test(command) && num(fact.row, 'n') > 0)
          .map((command) => ({ fact, command })),
      ),
  );
}
const GRAVE = new Set<string>(['medium', 'high', 'critical']);

/** By identity and address, within one pass; an address is no part of a longer one. */
const whoNames = (source: LogSource, hosts: string[]) =>
  ask(
    source,
    rangeOf(source),
    `SELECT host, principal, ip, count(*) AS n, min(t) AS first, max(t) AS last
FROM (SELECT t, principal, ip, lower(whole) AS w FROM e) JOIN (SELECT unnest([${hosts.map(literal).join(', ')}]) AS host, unnest([${hosts.map((host) => literal(patternOf(host))).join(', ')}]) AS pattern)
  ON contains(w, host) AND regexp_matches(w, pattern)
GROUP BY ALL ORDER BY first`,
    MOST_ROWS,
  );

const patternOf = (host: string): string => {
  const escaped = host.replaceAll('.', '[.]');
  return isAddress(host) ? `(^|[^0-9.])${escaped}([^0-9]|$)` : `(^|[^a-z0-9.-])${escaped}([^a-z0-9-]|$)`;
};
