import { ask, inScope, type LogSource, type Range, type Scope } from './queries';
import type { Asked } from './script';
import { among } from './sql';

/** Machines that accounts signed in to for the first time since a moment, as Windows logs it on the machine they reached. */
export function reached(source: LogSource, range: Range, principals: string[], since: number): Asked {
  return ask(
    source,
    range,
    `SELECT principal, ip, target, count(*) AS n, min(t) AS first, max(t) AS last
FROM e WHERE starts_with(action, '4624') AND target IS NOT NULL AND ip IS NOT NULL AND ${among('principal', principals)}
GROUP BY ALL HAVING epoch(min(t)) >= ${since / 1000} ORDER BY first`,
    50,
  );
}

/** Addresses inside that a VPN gave to sessions of the case since a moment: what was done in them stands under these. */
export function givenAddresses(source: LogSource, range: Range, scope: Scope, given: string): Asked {
  return ask(
    source,
    range,
    `SELECT principal, ip, given, count(*) AS n, min(t) AS first, max(t) AS last FROM e WHERE given IS NOT NULL AND outcome = 'ok' AND (${inScope(scope)}) GROUP BY ALL ORDER BY first`,
    50,
    [`${given} AS given`],
  );
}

/** What machines other than those of the case did themselves, no account of a person, well before the window. */
export function fleet(source: LogSource, range: Range, scope: Scope, window: Range): Asked {
  return ask(
    source,
    range,
    `SELECT action, agent, min(principal) AS principal, count(DISTINCT principal) AS machines, count(*) AS n, min(t) AS first, max(t) AS last
FROM e WHERE login IS NULL AND NOT coalesce(${among('principal', scope.principals)}, FALSE) AND epoch(t) < ${window.from / 1000 - 43_200}
GROUP BY action, agent ORDER BY n DESC`,
    1000,
  );
}

/** Names of services' own addresses in a request: where AWS and the sign-in providers are reached. */
const OWN_HOSTS =
  '(^|[.])(amazonaws[.]com(?:[.]cn)?|amazon[.]com|awsapps[.]com|googleapis[.]com|microsoftonline[.]com|okta[.]com)$';

/** Hosts that requests which change something name, by action, with how often before the window: where something is made to report to. */
export function hosts(source: LogSource, range: Range, scope: Scope, window: Range): Asked {
  const [from, to] = [window.from / 1000, window.to / 1000];
  return ask(
    source,
    range,
    `SELECT principal, action, host, count(*) FILTER (WHERE epoch(t) < ${from}) AS n_before, count(*) FILTER (WHERE epoch(t) >= ${from} AND epoch(t) <= ${to}) AS n, min(t) FILTER (WHERE epoch(t) >= ${from}) AS first, max(t) FILTER (WHERE epoch(t) <= ${to}) AS last FROM (
  SELECT t, principal, action, unnest(regexp_extract_all(params, '[a-z]+://([A-Za-z0-9.-]+[.](?:[A-Za-z]{2,24}|[0-9]{1,3}))', 1)) AS host FROM e WHERE contains(params, '://') AND NOT regexp_matches(action, '^(Get|List|Describe|Head|get|list|watch) ?') AND (${inScope(scope)}))
WHERE NOT regexp_matches(host, '${OWN_HOSTS}')
GROUP BY ALL HAVING n > 0 ORDER BY n DESC, host`,
    100,
  );
}

/**
 * Places that an address, or of a sensor that names none an identity's program, reaches at regular times: at least 12 times, at intervals
 * that vary little; with who and what did it. A sign-in is logged by whom it reached.
 */
export function regular(source: LogSource, range: Range, addresses: string[], principals: string[]): Asked {
  const programs =
    source.mapping.connects === undefined
      ? 'FALSE'
      : `ip IS NULL AND agent IS NOT NULL AND connects AND ${among('principal', principals)}`;
  return ask(
    source,
    range,
    `SELECT ip, target, min(principal) AS principal, min(action) AS action, min(agent) AS agent, min(detail) AS settings, count(*) AS n, avg(pause) AS mean, min(t) AS first, max(t) AS last FROM (
  SELECT *, epoch(t) - epoch(lag(t) OVER (PARTITION BY ip, hand, target ORDER BY t)) AS pause FROM (
    SELECT *, CASE WHEN ip IS NULL THEN concat(principal, ' ', agent) END AS hand FROM e WHERE target IS NOT NULL AND NOT regexp_matches(action, '^462[45]') AND (${among('ip', addresses)} OR ${programs})))
GROUP BY ip, hand, target HAVING count(*) >= 12 AND avg(pause) >= 10 AND stddev_pop(pause) < avg(pause) / 5 ORDER BY n DESC`,
    50,
    source.mapping.connects === undefined ? [] : [`${source.mapping.connects} AS connects`],
  );
}

/** Domains under which an address asked for many long names in the window; `n_before`: how often anybody had asked for any before. */
export function tunnels(source: LogSource, range: Range, window: Range, addresses: string[], dnsName: string): Asked {
  const [from, to] = [window.from / 1000, window.to / 1000];
  const inside = `FILTER (WHERE epoch(t) >= ${from} AND epoch(t) <= ${to})`;
  return ask(
    source,
    range,
    `SELECT * FROM (SELECT *, sum(own_before) OVER (PARTITION BY target) AS n_before FROM (
  SELECT ip, domain AS target, min(principal) AS principal, count(*) ${inside} AS n, count(DISTINCT name) ${inside} AS names_asked, CAST(round(avg(length(name)) ${inside}) AS INTEGER) AS length, min(t) ${inside} AS first, max(t) ${inside} AS last, count(*) FILTER (WHERE epoch(t) < ${from}) AS own_before FROM (
    SELECT t, ip, principal, name, regexp_extract(name, '([^.]+[.][^.]+)$', 1) AS domain FROM e)
  WHERE domain <> '' AND domain <> 'in-addr.arpa' AND domain <> 'ip6.arpa' GROUP BY ip, domain))
WHERE ${among('ip', addresses)} AND names_asked >= 50 AND length >= length(target) + 20 ORDER BY names_asked DESC`,
    20,
    // Some resolvers write the dot of the root.
    [`rtrim(lower(${dnsName}), '.') AS name`],
  );
}

/** Reads and deletions of what the same identity had created before, by action: an identity at work on its own things. */
export function ownWork(source: LogSource, range: Range, scope: Scope): Asked {
  return ask(
    source,
    range,
    `SELECT r.principal, r.action, count(DISTINCT r.target) AS targets, min(c.created) AS created, min(r.first) AS first, max(r.last) AS last FROM (
  SELECT principal, action, target, min(t) AS first, max(t) AS last FROM e WHERE regexp_matches(action, '^(Get|Delete|Terminate|Remove|Stop|Detach)') AND target IS NOT NULL AND outcome = 'ok' AND (${inScope(scope)}) GROUP BY ALL) r
JOIN (SELECT principal, target, min(t) AS created FROM e WHERE regexp_matches(action, '^(Create|Put|Register|Import|Upload)') AND length(target) > 5 AND outcome = 'ok' AND (${inScope(scope)}) GROUP BY ALL) c
ON r.principal = c.principal AND contains(r.target, c.target) AND r.last > c.created
GROUP BY r.principal, r.action ORDER BY targets DESC`,
    200,
  );
}
