import type { AlertDetail } from '../alerts/schema';
import type { LogEvent, PlantedEvent, SourceName, Story } from '../scenarios/event';
import { actionOf } from '../scenarios/stories/telling';
import { readRecord } from './read-record';

type Table = {
  columns: { name: string; type: string }[];
  rows: string[][];
  rowCount: number;
  truncated: false;
};
/** What one query of the logs gave, and what it was to find out. */
export type PastEvidence = {
  question: string;
  args: { sql: string; from: string; to: string };
  text: string;
  structured: Table;
};
/** What somebody did around the alert. Times as a report writes them. */
export type PastRow = {
  first: string;
  last: string;
  actor: string;
  action: string;
  /** The one thing it was done to, or how many different ones. */
  target: string;
  outcome: string;
  count: number;
  place: string;
};
/** What the same actors did before, by action and address. */
export type EarlierRow = { actor: string; action: string; place: string; count: number; days: number };
/** E1 and E2 of a past case. */
export type PastFacts = { around: PastEvidence; earlier: PastEvidence; rows: PastRow[]; before: EarlierRow[] };

const ROW = ['first', 'last', 'actor', 'action', 'target', 'outcome', 'count', 'place'] as const;
const EARLIER = ['actor', 'action', 'place', 'count', 'days'] as const;
const DAY_MS = 86_400_000;

/**
 * Two queries of a past case: what those concerned did around the alert, and what they had done in the weeks before.
 * @param events all records of the logs, oldest first
 */
export function pastFacts(story: Story, alert: AlertDetail, events: readonly LogEvent[]): PastFacts {
  const at = new Date(alert.occurredAt).getTime();
  const near = story.events.filter((event) => Math.abs(event.at - at) < DAY_MS);
  const rows = near.length > 0 ? groups(near) : [ownRecord(alert)];
  const sources = [...new Set(near.map(({ source }) => source))];
  const from: SourceName[] = sources.length > 0 ? sources : ['cloudtrail'];
  const actors = [...new Set(rows.map(({ actor }) => actor))];
  const actions = new Set(rows.map(({ action }) => action));
  const before = earlierRows(
    events.filter((event) => event.at < at - DAY_MS && from.includes(event.source) && actions.has(actionOf(event))),
    actors,
  );
  const names = actors.map((actor) => `'${actor}'`).join(', ');
  const [start, day, end] = [(events[0]?.at ?? at) - 1, at - DAY_MS, at + DAY_MS].map((time) =>
    new Date(time).toISOString(),
  ) as [string, string, string];
  return {
    rows,
    before,
    around: evidence(
      'What did the accounts in the alert do, from a day before to a day after?',
      {
        sql: `SELECT min(_time) AS first, max(_time) AS last, actor, action, target, outcome, count(*) AS count, place FROM ${from.join(', ')} WHERE actor IN (${names}) GROUP BY ALL ORDER BY first`,
        from: day,
        to: end,
      },
      ROW,
      rows,
    ),
    earlier: evidence(
      'Had they done the same before, and from where?',
      {
        sql: `SELECT actor, action, place, count(*) AS count, count(DISTINCT date_trunc('day', _time)) AS days FROM ${from.join(', ')} WHERE actor IN (${names}) AND action IN (${[...actions].map((action) => `'${action}'`).join(', ')}) GROUP BY ALL`,
        from: start,
        to: day,
      },
      EARLIER,
      before,
    ),
  };
}

function evidence<Row extends object>(
  question: string,
  args: PastEvidence['args'],
  columns: readonly (keyof Row & string)[],
  rows: Row[],
): PastEvidence {
  const cells = rows.map((row) => columns.map((column) => String(row[column])));
  const structured = {
    columns: columns.map((name) => ({ name, type: 'VARCHAR' })),
    rows: cells,
    rowCount: cells.length,
    truncated: false as const,
  };
  return { question, args, text: JSON.stringify(structured), structured };
}

function groups(events: PlantedEvent[]): PastRow[] {
  const found = new Map<string, PlantedEvent[]>();
  for (const event of events) {
    const { place, outcome } = readRecord(event);
    const key = [actorOf(event), event.action, place, outcome].join('\n');
    found.set(key, [...(found.get(key) ?? []), event]);
  }
  return [...found.values()].map((list) => {
    const [first, last] = [list[0], list.at(-1)] as [PlantedEvent, PlantedEvent]; // a group has an event
    const targets = [...new Set(list.map((event) => readRecord(event).target))].filter(Boolean);
    const { place, outcome } = readRecord(first);
    return {
      first: clock(first.at),
      last: clock(last.at),
      actor: actorOf(first),
      action: first.action,
      target: targets.length > 1 ? `${targets.length} targets` : (targets[0] ?? ''),
      outcome,
      count: list.length,
      place,
    };
  });
}

/** Who did it by the record; a story counts all of its records for the one that it is about. */
const actorOf = (event: PlantedEvent): string => readRecord(event).actor || event.actor;

function earlierRows(events: LogEvent[], actors: string[]): EarlierRow[] {
  const found = new Map<string, EarlierRow & { on: Set<string> }>();
  for (const event of events) {
    const { actor, place } = readRecord(event);
    if (!actors.includes(actor)) continue;
    const action = actionOf(event);
    const key = [actor, action, place].join('\n');
    const row = found.get(key) ?? { actor, action, place, count: 0, days: 0, on: new Set() };
    row.count += 1;
    row.on.add(clock(event.at).slice(0, 10));
    found.set(key, row);
  }
  return [...found.values()].map(({ on, ...row }) => ({ ...row, days: on.size }));
}

/** For work of every day the alert's own record is all there is. */
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
    target: '',
    outcome: 'succeeded',
    count: 1,
    place: value(['ip']),
  };
}

const clock = (time: number): string => `${new Date(time).toISOString().slice(0, 19).replace('T', ' ')}`;
