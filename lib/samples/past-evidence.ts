import type { AlertDetail } from '../alerts/schema';
import type { PlantedEvent, SourceName, Story } from '../scenarios/event';

/** What one query of the logs gave about a past story. */
export type PastEvidence = {
  args: { sql: string; from: string; to: string };
  rows: PastRow[];
  text: string;
  structured: { columns: { name: string; type: string }[]; rows: string[][]; rowCount: number; truncated: false };
};
/** Times as a report writes them. */
export type PastRow = { first: string; last: string; actor: string; action: string; count: number; place: string };

const COLUMNS = ['first', 'last', 'actor', 'action', 'count', 'place'] as const;
const DAY_MS = 86_400_000;

/** The story's records by who and what, as a query would count them; for work of every day, the alert's own record. */
export function pastEvidence(story: Story, alert: AlertDetail): PastEvidence {
  const at = new Date(alert.occurredAt).getTime();
  const near = story.events.filter((event) => Math.abs(event.at - at) < DAY_MS);
  const rows = near.length > 0 ? groups(near) : [ownRecord(alert)];
  const source: SourceName = near[0]?.source ?? 'cloudtrail';
  const [from, to] = [new Date(at - DAY_MS).toISOString(), new Date(at + DAY_MS).toISOString()];
  const sql = `SELECT min(_time) AS first, max(_time) AS last, actor, action, count(*) AS count, place FROM ${source} WHERE actor IN (${[...new Set(rows.map(({ actor }) => `'${actor}'`))].join(', ')}) GROUP BY ALL ORDER BY first`;
  const cells = rows.map((row) => COLUMNS.map((column) => String(row[column])));
  const structured = {
    columns: COLUMNS.map((name) => ({ name, type: 'VARCHAR' })),
    rows: cells,
    rowCount: cells.length,
    truncated: false as const,
  };
  return { args: { sql, from, to }, rows, text: JSON.stringify(structured), structured };
}

function groups(events: PlantedEvent[]): PastRow[] {
  const found = new Map<string, PlantedEvent[]>();
  for (const event of events) {
    const key = `${event.actor}\n${event.action}\n${placeOf(event)}`;
    found.set(key, [...(found.get(key) ?? []), event]);
  }
  return [...found.values()].map((list) => {
    const [first, last] = [list[0], list.at(-1)] as [PlantedEvent, PlantedEvent]; // a group has an event
    return {
      first: clock(first.at),
      last: clock(last.at),
      actor: first.actor,
      action: first.action,
      count: list.length,
      place: placeOf(first),
    };
  });
}

/** The address that a record came from. */
function placeOf({ record }: PlantedEvent): string {
  if (typeof record === 'string') return record.split(' ')[3] ?? '';
  const { sourceIPAddress, ipAddress, client } = record as {
    sourceIPAddress?: string;
    ipAddress?: string;
    client?: { ipAddress: string };
  };
  return sourceIPAddress ?? ipAddress ?? client?.ipAddress ?? '';
}

function ownRecord(alert: AlertDetail): PastRow {
  const first = clock(new Date(alert.occurredAt).getTime());
  const value = (kinds: string[]) => alert.entities.find(({ kind }) => kinds.includes(kind))?.value ?? '';
  const { eventName = 'event' } = ((alert.raw as { alertContext?: { eventName?: string } }).alertContext ?? {}) as {
    eventName?: string;
  };
  return {
    first,
    last: first,
    actor: value(['role', 'email', 'user']),
    action: eventName,
    count: 1,
    place: value(['ip']),
  };
}

const clock = (time: number): string => `${new Date(time).toISOString().slice(0, 19).replace('T', ' ')}`;
