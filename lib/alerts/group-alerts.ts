import type { AlertItem, Entity } from './schema';

/** Alerts that belong together, in the order they were given, and what they have in common. */
export type AlertGroup = { ids: string[]; rule: string | null; shared: Entity[] };

/** Kinds that say who or what an alert is about; an account or a rule's own resource joins everything. */
const TELLING: ReadonlySet<Entity['kind']> = new Set([
  'user',
  'email',
  'host',
  'instance',
  'ip',
  'access_key',
  'role',
  'domain',
  'hash',
]);
/** Shared entities join alerts whose events are no further apart. */
const WINDOW_MS = 24 * 3_600_000;
/** What more alerts than this have in common (a proxy, a scanner) joins only alerts of one rule. */
const COMMON = 25;

/**
 * Puts alerts together that have the same rule and an entity in common, or entities in common within a day. Pure.
 * Each alert is in exactly one group; groups stand where their first alert stands.
 */
export function groupAlerts(alerts: readonly AlertItem[]): AlertGroup[] {
  const root = alerts.map((_, index) => index);
  const find = (index: number): number => {
    let at = index;
    while (root[at] !== at && root[at] !== undefined) at = root[at] as number; // indexes of alerts
    return at;
  };
  const join = (a: number, b: number) => {
    const [first, second] = [find(a), find(b)];
    root[Math.max(first, second)] = Math.min(first, second);
  };
  for (const holders of byEntity(alerts).values()) joinHolders(alerts, holders, join);
  const groups = new Map<number, AlertItem[]>();
  for (const [index, alert] of alerts.entries()) {
    const at = find(index);
    groups.set(at, [...(groups.get(at) ?? []), alert]);
  }
  return [...groups.values()].map((members) => ({
    ids: members.map(({ id }) => id),
    rule: members.every(({ rule }) => rule === members[0]?.rule) ? (members[0]?.rule ?? null) : null,
    shared: members.length > 1 ? sharedBy(members) : [],
  }));
}

const keyOf = ({ kind, value }: Entity): string => `${kind}\n${value}`;

function byEntity(alerts: readonly AlertItem[]): Map<string, number[]> {
  const holders = new Map<string, number[]>();
  for (const [index, alert] of alerts.entries()) {
    for (const key of new Set(alert.entities.filter(({ kind }) => TELLING.has(kind)).map(keyOf))) {
      holders.set(key, [...(holders.get(key) ?? []), index]);
    }
  }
  return holders;
}

/** In time order, each with the one before it, and with the one before it of its rule. */
function joinHolders(alerts: readonly AlertItem[], holders: number[], join: (a: number, b: number) => void): void {
  const time = (index: number) => Date.parse(alerts[index]?.occurredAt ?? '');
  const inTime = [...holders].sort((a, b) => time(a) - time(b));
  const lastOfRule = new Map<string, number>();
  for (const [position, index] of inTime.entries()) {
    const before = inTime[position - 1];
    if (before !== undefined && holders.length <= COMMON && time(index) - time(before) <= WINDOW_MS)
      join(before, index);
    const rule = alerts[index]?.rule;
    if (!rule) continue;
    const same = lastOfRule.get(rule);
    if (same !== undefined) join(same, index);
    lastOfRule.set(rule, index);
  }
}

/** The entities that most members have, the most frequent first. */
function sharedBy(members: AlertItem[]): Entity[] {
  const counted = new Map<string, { entity: Entity; count: number }>();
  for (const { entities } of members) {
    for (const entity of new Map(entities.map((one) => [keyOf(one), one])).values()) {
      if (!TELLING.has(entity.kind)) continue;
      const known = counted.get(keyOf(entity));
      counted.set(keyOf(entity), { entity, count: (known?.count ?? 0) + 1 });
    }
  }
  return [...counted.values()]
    .filter(({ count }) => count > 1)
    .sort((a, b) => b.count - a.count)
    .slice(0, 3)
    .map(({ entity }) => entity);
}
