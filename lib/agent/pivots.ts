import { findEntities } from '../alerts/entities';
import type { Entity, EntityKind } from '../alerts/schema';
import { pool } from '../db/client';
import { listedSources } from '../evidence/coverage';
import { asksSource, namesSource } from '../evidence/source-calls';
import { parseReport } from '../report/report';
import type { TimelineEntry } from '../report/timeline';

/** What one entity was asked of one source: by name, only seen in an answer, or not at all; `none`: such a log has no such entity. */
type Pivot = { state: 'asked' | 'seen' | 'open' | 'none'; evidence: number[] };
export type Pivots = { sources: string[]; rows: { kind: EntityKind; value: string; cells: Pivot[] }[] };

/** Kinds that are followed from source to source, those that say most first. */
const KINDS: EntityKind[] = [
  'access_key',
  'user',
  'email',
  'ip',
  'role',
  'arn',
  'host',
  'instance',
  'domain',
  'hash',
  'bucket',
];
/** Logs of connections, and what they can name. */
const FLOWS = /\bflow\b/i;
const IN_FLOWS: EntityKind[] = ['ip', 'instance', 'host'];
const MAX_ENTITIES = 40;
const MAX_SOURCES = 20;
const MAX_CITED = 4;

/**
 * Each entity of the alerts and of the report with each log source: whether a query named it. What is open was not looked at, whatever
 * the report says.
 */
export async function readPivots(
  investigationId: string,
  { entities, markdown }: { entities: Entity[]; markdown: string },
): Promise<Pivots> {
  const listed = (await listedSources(investigationId)).slice(0, MAX_SOURCES);
  const report = parseReport(markdown);
  const found = findEntities(report.body.slice(0, 200_000));
  const followed = pivotalEntities([...entities, ...found, ...actorsOf(report.timeline)]);
  const values = followed.flatMap((one) => one.values);
  if (listed.length === 0 || followed.length === 0) return { sources: listed.map(({ source }) => source), rows: [] };
  const { rows: calls } = await pool().query<{
    number: number;
    tool: string;
    server: string;
    args: unknown;
    held: string[];
  }>(
    `SELECT e.number, e.tool, e.server, e.args,
       ARRAY(SELECT value FROM unnest($2::text[]) AS value WHERE position(value IN lower(e.result::text)) > 0) AS held
     FROM evidence e WHERE e.investigation_id = $1 AND e.status = 'ok' ORDER BY e.number`,
    [investigationId, values.map(inJson)],
  );
  const queries = calls.filter(({ tool }) => asksSource(tool));
  return {
    sources: listed.map(({ source }) => source),
    rows: followed.map(({ kind, values: forms }) => ({
      kind,
      value: forms.join(' = '),
      cells: listed.map(({ source, format }) => {
        const own = queries.filter(({ args }) => namesSource(args, source));
        const asked = own.filter(({ args }) => forms.some((value) => isNamed(args, kind, value)));
        const seen = own.filter(({ held }) => forms.some((value) => held.includes(inJson(value))));
        const rest: Pivot['state'] = FLOWS.test(format) && !IN_FLOWS.includes(kind) ? 'none' : 'open';
        const [state, from]: [Pivot['state'], typeof own] =
          asked.length > 0 ? ['asked', asked] : seen.length > 0 ? ['seen', seen] : [rest, []];
        return { state, evidence: from.slice(0, MAX_CITED).map(({ number }) => number) };
      }),
    })),
  };
}

/** Pivots as the model reads them: one line an entity, one column a source. */
export function pivotsText({ sources, rows }: Pivots): string {
  if (sources.length === 0) return 'No log source is listed in this case: call list_sources first, or name the gap.';
  if (rows.length === 0) return 'The case names no entity that can be followed.';
  const open = rows.flatMap(({ cells }) => cells).filter(({ state }) => state === 'open').length;
  const word = ({ state, evidence }: Pivot) =>
    state === 'none'
      ? '-'
      : state === 'open'
        ? 'NOT ASKED'
        : `${state} ${evidence.map((number) => `E${number}`).join(' ')}`;
  return [
    `${open} of ${rows.length * sources.length} not asked. asked: a query of the source names it; seen: it only stands in an answer; -: such a log can't name it. One query can ask a source for several: WHERE raw LIKE '%first%' OR raw LIKE '%second%'; %192.0.2.2% finds 192.0.2.20 too, so look at what it found.`,
    ['entity', ...sources].join(','),
    ...rows.map(({ kind, value, cells }) => [`${kind} ${value}`, ...cells.map(word)].join(',')),
  ].join('\n');
}

/** Accounts that are everywhere: asking for them by name finds all and nothing. */
const BUILT_IN = /^(?:(?:local)?system|root|admin(?:istrator)?|anonymous|n\/a|unknown|none)$/i;

/** Who acts in the report's timeline, where that is one name: an account's name has no form by which it is found in a text. */
function actorsOf(timeline: TimelineEntry[]): Entity[] {
  return timeline.flatMap(({ actor }): Entity[] =>
    /^(?=.*[a-z])[\w.@:\\+-]{3,200}$/i.test(actor) && !BUILT_IN.test(actor) ? [{ kind: 'user', value: actor }] : [],
  );
}

/** Entities with all the forms that one is written in: an ARN, its user's name, an address of that name, a name with blanks. */
function pivotalEntities(entities: Entity[]): { kind: EntityKind; values: string[] }[] {
  const rank = ({ kind }: { kind: EntityKind }) => KINDS.indexOf(kind);
  const found = new Map<string, { kind: EntityKind; values: string[] }>();
  const places = new Map<string, Set<string>>();
  for (const text of entities.map(({ value }) => value.toLowerCase())) {
    const name = placedName(text);
    if (name) places.set(name, (places.get(name) ?? new Set()).add(text));
  }
  const sessions = new Map(entities.flatMap(({ value }) => sessionOf(value)));
  // `dana.kim` and `kira.dev` have the form of a domain and are somebody.
  const people = new Set(entities.filter(isPerson).map(({ value }) => accountName(localPart(value.toLowerCase()))));
  const isSomebody = ({ kind, value }: Entity) => kind === 'domain' && people.has(value.toLowerCase());
  for (const { kind, value } of entities.filter((one) => !isSomebody(one)).sort((a, b) => rank(a) - rank(b))) {
    const isNetwork = kind === 'ip' && /^(?:0\.0\.0\.0|::)(?:\/0)?$/.test(value);
    if (rank({ kind }) < 0 || isNetwork || value.startsWith('arn:aws:iam::aws:')) continue;
    const isShared = (places.get(placedName(value.toLowerCase()) ?? '')?.size ?? 0) > 1;
    // One name at two domains is two people.
    const key = isShared ? value.toLowerCase() : (sessions.get(value.toLowerCase()) ?? identityOf(kind, value));
    const known = found.get(key);
    if (!known) found.set(key, { kind, values: [value] });
    else if (!known.values.some((other) => other.toLowerCase() === value.toLowerCase())) known.values.push(value);
  }
  return [...found.values()].slice(0, MAX_ENTITIES);
}

const isPerson = ({ kind }: Entity): boolean => kind === 'user' || kind === 'email';

const ROLE_SESSION = /^arn:[^:]*:sts::\d*:assumed-(role)\/([^/]+)\/([^/]+)$/;

/** A role's session by its name: what it did, the role did. A session of single sign-on has a person's address for a name. */
function sessionOf(value: string): [string, string][] {
  const [, , role, session] = ROLE_SESSION.exec(value.toLowerCase()) ?? [];
  return role && session && !session.includes('@') ? [[session, `role ${role}`]] : [];
}

const localPart = (address: string): string => address.replace(/@.*$/, '');
/** The name of an account that says where it is one: of an address or of a Windows account. */
const placedName = (account: string): string | null =>
  account.includes('@') ? `${localPart(account)}@` : /^[^\\\s]+\\[^\\]+$/.test(account) ? accountName(account) : null;
const accountName = (account: string): string => account.replace(/^.*\\/, '');

/** `lena.moser`, of `arn:aws:iam::1:user/lena.moser`, `lena.moser@example.com` and `Lena Moser`; other entities are only themselves. */
function identityOf(kind: EntityKind, value: string): string {
  const text = value.toLowerCase();
  const principal = /^arn:[^:]*:iam::\d*:(user|role)\/(?:.*\/)?([^/]+)$/.exec(text) ?? ROLE_SESSION.exec(text);
  const person = principal && text.includes('@') ? ROLE_SESSION.exec(text)?.[3] : undefined;
  if (person) return `user ${localPart(person)}`;
  if (principal) return `${principal[1]} ${principal[2]}`;
  if (kind === 'bucket' || kind === 'instance') return `${kind} ${text}`;
  if (text.startsWith('arn:aws:s3:::')) return `bucket ${text.slice('arn:aws:s3:::'.length).split('/')[0]}`;
  if (kind === 'user' || kind === 'email') return `user ${accountName(localPart(text)).replace(/\s+/g, '.')}`;
  return `${kind} ${text}`;
}

/**
 * A query names an entity by its value, an ARN or a service account of Kubernetes by its last part, an address by what stands before
 * the @, a Windows account by what stands behind its domain, a machine by its own name.
 */
function isNamed(args: unknown, kind: EntityKind, value: string): boolean {
  const text = (JSON.stringify(args) ?? '').toLowerCase();
  const name = /^(?:arn|system:serviceaccount):/.test(value) ? value.split(/[/:]/).at(-1) : undefined;
  const short = [
    name && name.length > 2 ? name : undefined,
    /^([^@\s]{5,})@/.exec(value)?.[1],
    /^[^\\\s]+\\([^\\]{5,})$/.exec(value)?.[1],
    kind === 'host' ? /^([a-z][\w-]{3,})\./i.exec(value)?.[1] : undefined,
  ];
  if ([value, ...short].some((one) => one !== undefined && text.includes(inJson(one)))) return true;
  // A search of the whole event for a part of the name finds the name.
  return [...text.matchAll(RAW_PATTERN)].some(([, part]) => part !== undefined && inJson(value).includes(part));
}

const RAW_PATTERN = /\braw(?:::\w{1,20})? {1,9}i?like {1,9}'%([^%'_]{4,200})%'/g;

/** As a value's text stands in JSON: a backslash is two there. */
const inJson = (value: string): string => JSON.stringify(value.toLowerCase()).slice(1, -1);
