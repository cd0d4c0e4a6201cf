import { isUserAgent, kindOfPath, plainKey } from '../alerts/entity-keys';
import type { Flat } from '../analyst/sigma/match';
import type { SharedField } from './schema';

/** An exclusion names at most one field of each: who it was, where from, on what. */
type Role = 'who' | 'where' | 'what';
const ROLES: readonly Role[] = ['who', 'where', 'what'];
/** More values than this are no pattern. */
const MAX_VALUES = 5;
/** Values of several must each be seen in more than one closure. */
const MIN_SEEN = 2;
const NOTHING = /^(?:|-|n\/a|none|null|unknown|undefined|0|true|false|\*)$/i;
/** A path within a list, or far down, is no field that an analyst would filter by. */
const MAX_DEPTH = 6;

type Candidate = SharedField & { role: Role; inMalicious: number };

/**
 * What all benign events share and malicious ones don't have together: a field each for who, where from and on what, with one
 * value or a few. Pure.
 * @param events of alerts, by path
 * @param root where in them the log's own event lies: `alertContext.`
 * @param selected fields that the rule itself asks for
 */
export function sharedValues(
  benign: readonly Flat[],
  malicious: readonly Flat[],
  { root, selected }: { root: string; selected: ReadonlySet<string> },
): SharedField[] {
  const paths = new Set((benign[0] ?? []).flatMap(({ path, whole }) => (whole ? [] : [path])));
  const candidates = [...paths].flatMap((path): Candidate[] => {
    if (!path.startsWith(root)) return [];
    const field = path.slice(root.length);
    const role = roleOf(field.split('.'));
    if (role === null || selected.has(field.toLowerCase())) return [];
    const values = valuesShared(benign, path);
    if (values === null) return [];
    return [{ field, values, role, inMalicious: malicious.filter((event) => holdsOne(event, path, values)).length }];
  });
  const chosen = ROLES.flatMap((role) => best(candidates.filter((one) => one.role === role)) ?? []);
  // What the caller says of itself can't carry an exclusion alone.
  if (chosen.every(({ field }) => isUserAgent(field.split('.').at(-1) ?? ''))) return [];
  return chosen.map(({ field, values }) => ({ field, values }));
}

function roleOf(keys: string[]): Role | null {
  if (keys.length > MAX_DEPTH) return null;
  const last = keys.at(-1) ?? '';
  if (isUserAgent(last)) return 'where';
  switch (kindOfPath(keys)) {
    case 'user':
    case 'email':
    case 'role':
    case 'access_key':
      return 'who';
    case 'ip':
    case 'host':
    case 'domain':
      return 'where';
    case 'bucket':
    case 'resource':
    case 'instance':
    case 'file':
    case 'process':
      return 'what';
    default:
      return ADDRESS.has(plainKey(last)) ? 'where' : PERSON.has(plainKey(last)) ? 'who' : null;
  }
}

/** Names of fields that are told by their value elsewhere. */
const ADDRESS = new Set(['sourceipaddress', 'ipaddress', 'sourceip', 'srcip', 'clientip', 'remoteip', 'ip']);
const PERSON = new Set(['arn', 'actorid', 'principalemail', 'serviceaccount']);

/** The values that every event has one of; null when one lacks them or there are too many. */
function valuesShared(events: readonly Flat[], path: string): string[] | null {
  const seen = new Map<string, number>();
  for (const event of events) {
    const own = event.filter((item) => item.path === path && !item.whole).map(({ value }) => value ?? '');
    const [value] = own;
    if (own.length !== 1 || value === undefined || NOTHING.test(value.trim())) return null;
    seen.set(value, (seen.get(value) ?? 0) + 1);
    if (seen.size > MAX_VALUES) return null;
  }
  if (seen.size > 1 && [...seen.values()].some((count) => count < MIN_SEEN)) return null;
  return [...seen.keys()].sort();
}

const holdsOne = (event: Flat, path: string, values: readonly string[]): boolean =>
  event.some((item) => item.path === path && !item.whole && values.includes(item.value ?? ''));

/** Seen in the fewest malicious events, then with the fewest values, then no user agent, then the shortest name. */
function best(candidates: Candidate[]): Candidate | undefined {
  const agent = ({ field }: Candidate): number => Number(isUserAgent(field.split('.').at(-1) ?? ''));
  return [...candidates].sort(
    (a, b) =>
      a.inMalicious - b.inMalicious ||
      a.values.length - b.values.length ||
      agent(a) - agent(b) ||
      a.field.length - b.field.length ||
      (a.field < b.field ? -1 : 1),
  )[0];
}
