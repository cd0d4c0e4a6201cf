import { BETWEEN_NAMES, MOST_NAMES } from './case';
import { comparedAddress, type Roaming } from './roaming';
import type { Asked } from './script';
import type { DetectionRule } from './sigma/rule';
import { columnSql, type SqlSource, toSql } from './sigma/to-sql';
import { ASPECTS, type Mapping } from './sources/mapping';
import { among, identifier, literal } from './sql';
import { iso } from './time';

/** A log source the case is asked of. Times are ms. */
export type LogSource = {
  /** Evidence number of its description. */
  described: number;
  name: string;
  rows: number;
  from: number | null;
  to: number | null;
  unparsable: number;
  untimed: number;
  fields: string[];
  /** JSON paths of the fields that are too rare for a column, by name. */
  rare: Map<string, string>;
  /** Those of the fields that are known to hold no numbers. */
  texts: string[];
  mapping: Mapping;
};
export type Range = { from: number; to: number };
/** Who the case is about within one source. */
export type Scope = { principals: string[]; keys: string[] };

const ROLE = "nullif(regexp_extract(principal, 'assumed-role/([^/]+)', 1), '')";
/** The name before the @ of a mail address. */
const PERSON = "nullif(regexp_extract(login, '^([^@]{3,})@', 1), '')";
const COUNTS =
  "count(*) AS n, count(*) FILTER (WHERE outcome = 'ok') AS ok, count(*) FILTER (WHERE outcome = 'denied') AS denied, count(*) FILTER (WHERE outcome = 'failed') AS failed, min(t) AS first, max(t) AS last";

/** A query over one source with the aspects as columns: its text is kept in the evidence, so it stays readable. */
export function ask(source: LogSource, range: Range, select: string, limit = 500, extra: string[] = []): Asked {
  const used = ASPECTS.filter((aspect) => new RegExp(`\\b${aspect}\\b`).test(select));
  const columns = [
    ...used.map((aspect) => `    ${source.mapping.expressions[aspect]} AS ${aspect}`),
    ...extra.map((column) => `    ${column}`),
  ];
  const sql = `WITH e AS (\n  SELECT _time AS t${select.includes('whole') ? ', CAST(raw AS VARCHAR) AS whole' : ''}${columns.length > 0 ? ',\n' : ''}${columns.join(',\n')}\n  FROM ${identifier(source.name)}\n)\n${select}`;
  return { name: 'logs__query', args: { sql, from: iso(range.from), to: iso(range.to), limit } };
}

export const ALWAYS: Range = { from: Date.UTC(1990, 0, 1), to: Date.UTC(2100, 0, 1) };
export const rangeOf = (source: LogSource): Range =>
  source.from === null || source.to === null
    ? ALWAYS
    : { from: Math.floor(source.from / 1000) * 1000, to: Math.ceil((source.to + 1) / 1000) * 1000 };

/** Where the values of the alert occur, by aspect. */
export function presence(source: LogSource, values: string[]): Asked {
  return ask(
    source,
    rangeOf(source),
    `SELECT value, found_as, count(*) AS n, min(t) AS first, max(t) AS last FROM (
  SELECT t, unnest([lower(principal), lower(identity), lower(login), lower(${PERSON}), lower(${ROLE}), lower(key), lower(ip), lower(target)]) AS value,
    unnest(['actor', 'identity', 'login', 'login', 'role', 'key', 'address', 'target']) AS found_as FROM e
) WHERE ${among('value', values)} GROUP BY value, found_as ORDER BY n DESC`,
  );
}

/**
 * How many events have each value anywhere in their text, in one pass: a row for each value, also for those that none has.
 * A value is looked for as it is and as JSON writes it.
 */
export function mentions(source: LogSource, values: string[]): Asked {
  const has = (value: string): string => {
    const escaped = JSON.stringify(value).slice(1, -1);
    const forms = escaped === value ? [value] : [value, escaped];
    return forms.map((form) => `contains(w, ${literal(form)})`).join(' OR ');
  };
  const each = (what: string): string => values.map((value) => `${what} FILTER (WHERE ${has(value)})`).join(', ');
  return ask(
    source,
    rangeOf(source),
    `SELECT unnest([${values.map(literal).join(', ')}]) AS value, unnest([${each('count(*)')}]) AS n, unnest([${each('min(t)')}]) AS first, unnest([${each('max(t)')}]) AS last
FROM (SELECT t, lower(whole) AS w FROM e)`,
  );
}

export const anyOf = (values: string[]): string =>
  ['principal', 'identity', 'login', PERSON, ROLE, 'key', 'ip']
    .map((expression) => among(`lower(${expression})`, values))
    .join(' OR ');

/** Identities, credentials, addresses and user agents behind a condition. */
export function who(source: LogSource, range: Range, where: string): Asked {
  return ask(
    source,
    range,
    `SELECT principal, login, key, ip, agent, ${COUNTS}
FROM e WHERE ${where}
GROUP BY ALL ORDER BY n DESC, first`,
    MOST_CREDENTIALS,
  );
}

/** A role of a service has another key at each use. */
const MOST_CREDENTIALS = 2000;

/** The names of the roles among the principals. */
const rolesOf = ({ principals }: Scope): string[] =>
  principals.flatMap((principal) => /:assumed-role\/([^/]+)/.exec(principal)?.[1] ?? []);

/** Roles assumed by the principals, and by whom those among them were assumed, with the credentials that were given (AWS). */
export function roleChains(source: LogSource, range: Range, scope: Scope): Asked {
  return ask(
    source,
    range,
    `SELECT e.principal, action, outcome, error, target AS role_arn, whole->>'$.responseElements.credentials.accessKeyId' AS new_key, whole->>'$.responseElements.assumedRoleUser.arn' AS new_identity, count(*) AS n, min(t) AS first, max(t) AS last
FROM e WHERE action LIKE 'AssumeRole%' AND (${inScope(scope)} OR ${among("regexp_extract(target, ':role/(?:.*/)?([^/]+)$', 1)", rolesOf(scope))})
GROUP BY ALL ORDER BY first`,
  );
}

export const inScope = (scope: Scope): string =>
  `${among('principal', scope.principals)} OR ${among('key', scope.keys)}`;

/** Sessions of activity: a pause of more than 30 minutes begins a new one. */
export function sessions(source: LogSource, range: Range, scope: Scope): Asked {
  return ask(
    source,
    range,
    `SELECT principal, session, ${COUNTS}, count(DISTINCT action) AS actions FROM (
  SELECT *, sum(starts) OVER (PARTITION BY principal ORDER BY t ROWS UNBOUNDED PRECEDING) AS session FROM (
    SELECT *, CASE WHEN epoch(t) - epoch(lag(t) OVER (PARTITION BY principal ORDER BY t)) <= 1800 THEN 0 ELSE 1 END AS starts FROM e WHERE t IS NOT NULL AND (${inScope(scope)})))
GROUP BY principal, session ORDER BY first DESC`,
    1000,
  );
}

/** What each principal did before, in and after the case window, by action, address and user agent: the baseline. */
export function profile(source: LogSource, range: Range, scope: Scope, window: Range): Asked {
  return ask(source, range, profileSql(scope, window), 2000);
}

/** The same, added up for each principal: what of the window is in its baseline. */
export function coverage(source: LogSource, range: Range, scope: Scope, window: Range, roaming: Roaming[]): Asked {
  return ask(
    source,
    range,
    `SELECT principal, sum(n_case) AS n_case, coalesce(sum(n_case) FILTER (WHERE days_before >= 2 OR hours_before >= 3), 0) AS n_covered,
  sum(n_before) AS n_before, max(days_before) AS days_before, max(hours_before) AS hours_before FROM (
${profileSql(scope, window, comparedAddress(roaming))})
GROUP BY principal ORDER BY n_case DESC`,
  );
}

function profileSql(scope: Scope, window: Range, address = 'ip'): string {
  const [from, to] = [window.from / 1000, window.to / 1000];
  const before = `epoch(t) < ${from}`;
  return `SELECT principal, service, action, outcome, ${address === 'ip' ? 'ip' : `${address} AS place`}, agent, count(*) FILTER (WHERE ${before}) AS n_before,
  count(DISTINCT CAST(floor(epoch(t) / 86400) AS BIGINT)) FILTER (WHERE ${before}) AS days_before, count(DISTINCT CAST(floor(epoch(t) / 3600) AS BIGINT)) FILTER (WHERE ${before}) AS hours_before,
  count(*) FILTER (WHERE epoch(t) >= ${from} AND epoch(t) <= ${to}) AS n_case, count(*) FILTER (WHERE epoch(t) > ${to}) AS n_after, min(t) AS first, max(t) AS last
FROM e WHERE ${inScope(scope)}
GROUP BY ALL ORDER BY n_case DESC, n_before DESC`;
}

/** Rules by the name that the results call them. */
export type Rules = [name: string, rule: DetectionRule][];

/** A query's text has a limit; this much of it is left to rules. */
const MOST_RULE_SQL = 30_000;

const ruleSource = (source: LogSource) => ({
  name: source.name,
  fields: source.fields,
  rare: source.rare,
  aspects: {
    action: source.mapping.expressions.action,
    request: source.mapping.expressions.params,
  },
});

/** The rule of an event, the most serious of those that hit it (`rules` are in this order), as a column `rule`. */
export function ruleColumn(source: LogSource, rules: Rules): string {
  const cases: string[] = [];
  let room = MOST_RULE_SQL;
  for (const [name, rule] of rules) {
    const text = `WHEN ${toSql(rule, ruleSource(source))} THEN ${literal(name)}`;
    room -= text.length;
    if (room < 0) break;
    cases.push(text);
  }
  return cases.length === 0 ? 'CAST(NULL AS VARCHAR) AS rule' : `CASE ${cases.join(' ')} END AS rule`;
}

/** The name of an event as the log writes it, as SQL. */
export function writtenName({ schema, expressions }: Mapping, source: SqlSource): string {
  const own = { cloudtrail: 'eventName', okta: 'eventType', generic: null }[schema];
  return own ? columnSql(own, source, null) : expressions.action;
}

/** Names of the events there are, as the log writes them. */
export function eventNames(source: LogSource, range: Range, where: string): Asked {
  const written = writtenName(source.mapping, ruleSource(source));
  return ask(
    source,
    range,
    `SELECT written AS action, count(*) AS n, min(t) AS first, max(t) AS last FROM e WHERE ${where} GROUP BY written ORDER BY n DESC`,
    2000,
    [`${written} AS written`],
  );
}

/** How often each rule hits, in as many queries as their texts need. */
export function ruleHits(source: LogSource, range: Range, rules: Rules, where: string): Asked[] {
  const chunks: string[][] = [];
  let room = 0;
  for (const [name, rule] of rules) {
    const text = `CASE WHEN ${toSql(rule, ruleSource(source))} THEN ${literal(name)} END`;
    if (text.length > MOST_RULE_SQL) continue;
    room -= text.length + 2;
    if (room < 0) {
      chunks.push([]);
      room = MOST_RULE_SQL - text.length;
    }
    chunks.at(-1)?.push(text);
  }
  return chunks.map((cases) =>
    ask(
      source,
      range,
      `SELECT rule, count(*) AS n, min(t) AS first, max(t) AS last FROM (SELECT t, unnest(hits) AS rule FROM e WHERE ${where}) WHERE rule IS NOT NULL GROUP BY rule ORDER BY n DESC, rule`,
      500,
      [`[${cases.join(', ')}] AS hits`],
    ),
  );
}

/** Whom rules hit, by identity and address. */
export function whoHit(source: LogSource, range: Range, rules: Rules): Asked {
  return ask(
    source,
    range,
    `SELECT rule, principal, ip, count(*) AS n, min(t) AS first, max(t) AS last FROM e WHERE rule IS NOT NULL GROUP BY ALL ORDER BY n DESC, first`,
    100,
    [ruleColumn(source, rules)],
  );
}

/** Everyone who acted, by identity and address. */
export function whoActed(source: LogSource, range: Range): Asked {
  return ask(
    source,
    range,
    `SELECT principal, ip, count(*) AS n, min(t) AS first, max(t) AS last FROM e WHERE principal IS NOT NULL OR ip IS NOT NULL GROUP BY ALL ORDER BY n DESC, first`,
    100,
  );
}

/** Who caused events of these names (lower case), whatever program is named behind them. */
export function whoDid(source: LogSource, range: Range, names: string[]): Asked {
  return ask(
    source,
    range,
    `SELECT action, principal, ip, outcome, count(*) AS n, min(t) AS first, max(t) AS last FROM e WHERE ${among("regexp_replace(lower(action), ' [(].*$', '')", names)} OR ${among('lower(action)', names)} GROUP BY ALL ORDER BY n DESC, first`,
    100,
  );
}

/** Who did what a rule hits on machines, in logs that tell the machine and the account apart. */
export function notableOn(source: LogSource, range: Range, machines: string[], rules: Rules): Asked {
  const there = machines.map((name) => `contains(lower(detail), ${literal(`host \`${name}`)})`).join(' OR ');
  return ask(
    source,
    range,
    `SELECT principal, login, key, ip, agent, ${COUNTS}
FROM e WHERE rule IS NOT NULL AND (${there})
GROUP BY ALL ORDER BY n DESC, first`,
    100,
    [ruleColumn(source, rules)],
  );
}

type Part = { where: string; rules: Rules; gap: number };

/** Made and deleted by name: the target tells whether one deleted what it had made itself. */
const PAIRED = ['Trail', 'LogGroup', 'Bucket', 'User'].flatMap((thing) => [`Create${thing}`, `Delete${thing}`]);

/**
 * Bursts of one action by one identity from one address, of events that a rule hits or that were denied: a pause longer than
 * `gap` seconds begins a new one. `where` says which side of the case window is asked for.
 */
export function bursts(source: LogSource, range: Range, scope: Scope, part: Part): Asked {
  const columns = 'principal identity login key ip agent service action outcome error rule thing'.split(' ');
  return grouped(source, range, scope, part, columns);
}

/** The same whatever the address, key and tool: the rows that a report is written from. */
export function episodes(source: LogSource, range: Range, scope: Scope, part: Part): Asked {
  return grouped(source, range, scope, part, ['principal', 'action', 'outcome', 'rule', 'thing']);
}

function grouped(source: LogSource, range: Range, scope: Scope, part: Part, columns: string[]): Asked {
  const group = columns.join(', ');
  const merged = columns.includes('error')
    ? ', min(detail) AS settings'
    : `, min(error) AS error, min(detail) AS detail, count(DISTINCT detail) AS details, array_to_string(list_slice(list_sort(array_agg(DISTINCT detail)), 1, 3), ${literal(BETWEEN_NAMES)}) AS each_detail, count(DISTINCT ip) AS addresses, min(ip) AS ip`;
  return ask(
    source,
    range,
    `SELECT ${group}, count(*) AS n, count(DISTINCT target) AS targets, min(target) AS target, array_to_string(list_slice(list_sort(array_agg(DISTINCT target)), 1, ${MOST_NAMES}), ${literal(BETWEEN_NAMES)}) AS names${merged}, sum(bytes) AS bytes, min(t) AS first, max(t) AS last FROM (
  SELECT *, sum(starts) OVER (PARTITION BY ${group} ORDER BY t ROWS UNBOUNDED PRECEDING) AS burst FROM (
    SELECT *, CASE WHEN epoch(t) - epoch(lag(t) OVER (PARTITION BY ${group} ORDER BY t)) <= ${part.gap} THEN 0 ELSE 1 END AS starts FROM (
      SELECT *, CASE WHEN ${among('action', PAIRED)} THEN target END AS thing FROM e WHERE (rule IS NOT NULL OR outcome = 'denied') AND ${part.where} AND (${inScope(scope)}))))
GROUP BY ${group}, burst ORDER BY first`,
    1000,
    [ruleColumn(source, part.rules)],
  );
}

/** Sign-ins by account, address and outcome over the whole range: guessing and first addresses show here. */
export function signIns(source: LogSource, range: Range, accounts: string[], addresses: string[]): Asked {
  const sign = {
    cloudtrail: "action = 'ConsoleLogin'",
    okta: "(action = 'user.session.start' OR action LIKE 'user.authentication.%')",
    generic: "regexp_matches(action, 'log.?(in|on)|sign.?in|auth|^46(24|25)$', 'i')",
  }[source.mapping.schema];
  return ask(
    source,
    range,
    `SELECT principal, ip, outcome, error, agent, count(*) AS n, min(t) AS first, max(t) AS last FROM (
  SELECT *, sum(starts) OVER (PARTITION BY principal, ip, outcome ORDER BY t ROWS UNBOUNDED PRECEDING) AS burst FROM (
    SELECT *, CASE WHEN epoch(t) - epoch(lag(t) OVER (PARTITION BY principal, ip, outcome ORDER BY t)) <= 3600 THEN 0 ELSE 1 END AS starts
    FROM e WHERE ${sign} AND (${among('principal', accounts)} OR ${among('ip', addresses)})))
GROUP BY principal, ip, outcome, error, agent, burst ORDER BY first`,
    1000,
  );
}

const READS =
  "regexp_matches(action, '^(GetObject|SelectObjectContent|GetSecretValue|BatchGetSecretValue|GetParameters?|GetParametersByPath|GetItem|BatchGetItem|Scan|GetSnapshotBlock|GetPasswordData|git[.]clone|MailItemsAccessed|storage[.]objects[.]get)$|download|export|(^|[^a-z])(get|read|view|access)[a-z_.]*(file|object|secret|document|blob)', 'i')";

/** Data read per principal, kind and day. */
export function reads(source: LogSource, range: Range, scope: Scope): Asked {
  return ask(
    source,
    range,
    `SELECT principal, action, CAST(floor(epoch(t) / 86400) AS BIGINT) AS day, outcome, count(*) AS n, count(DISTINCT params) AS different, count(DISTINCT target) AS targets, sum(bytes) AS bytes, min(t) AS first, max(t) AS last
FROM e WHERE ${READS} AND (${inScope(scope)})
GROUP BY ALL ORDER BY first`,
    1000,
  );
}

/** Data read per principal and place: what "how much, from where" is answered with. */
export function readPlaces(source: LogSource, range: Range, scope: Scope): Asked {
  return ask(
    source,
    range,
    `SELECT principal, target, outcome, count(*) AS n, count(DISTINCT params) AS different, sum(bytes) AS bytes, min(t) AS first, max(t) AS last
FROM e WHERE ${READS} AND (${inScope(scope)})
GROUP BY ALL ORDER BY n DESC, principal, target`,
    500,
  );
}

/** Who else read from the same places. */
export function otherReaders(source: LogSource, range: Range, targets: string[]): Asked {
  return ask(
    source,
    range,
    `SELECT principal, action, target, outcome, count(*) AS n, count(DISTINCT params) AS different, sum(bytes) AS bytes, min(t) AS first, max(t) AS last
FROM e WHERE ${READS} AND ${among('target', targets)}
GROUP BY ALL ORDER BY n DESC`,
    200,
  );
}

/** How common the case's actions are among everybody else. */
export function others(source: LogSource, range: Range, scope: Scope, actions: string[]): Asked {
  return ask(
    source,
    range,
    `SELECT action, count(DISTINCT principal) AS others, count(*) AS n, min(t) AS first, max(t) AS last
FROM e WHERE ${among('action', actions)} AND NOT coalesce(${inScope(scope)}, FALSE)
GROUP BY action ORDER BY action`,
    500,
  );
}

/**
 * Who did what a rule is about to the things the alert names; without rules, whoever touched them. `inText`: they stand in no field of
 * a request, as a machine does in the answer to whoever started it.
 */
export function actedOn(source: LogSource, range: Range, values: string[], rules: Rules, inText = false): Asked {
  const place = inText ? 'lower(whole)' : "lower(coalesce(params, ''))";
  const named = values
    .map((value) => `contains(${place}, ${literal(value)}) OR lower(target) = ${literal(value)}`)
    .join(' OR ');
  return ask(
    source,
    range,
    `SELECT principal, login, key, ip, agent, ${COUNTS}
FROM e WHERE ${rules.length > 0 ? 'rule IS NOT NULL' : 'TRUE'} AND (${named})
GROUP BY ALL ORDER BY n DESC, first`,
    200,
    rules.length > 0 ? [ruleColumn(source, rules)] : [],
  );
}
