import { eventsOf } from '../checks/events';
import { EvidenceIndex } from '../checks/evidence-index';
import type { EvidenceRecord } from '../evidence/evidence-record';
import type { TimelineEntry } from '../report/timeline';
import type { CaseTimeline, TimelineEvent } from './schema';

export const MAX_EVENTS = 5000;
/** Like events that follow each other within this are one. */
const BURST_MS = 60_000;
/** Columns that count like events, as a grouping query names them. */
const COUNT = /^(?:n|cnt|count|count_star\(\)|calls|events|total|hits)$/i;

type Input = {
  /** The rows of the report's Timeline. */
  entries: TimelineEntry[];
  records: EvidenceRecord[];
  /** The tactic of an action in lower case. */
  tacticOf: (action: string) => string | null;
};

/** The events of a case in time order, each once though several queries returned it. Pure. */
export function caseEvents({ entries, records, tacticOf }: Input): CaseTimeline {
  const found = [...entries.flatMap((entry) => ofReport(entry, tacticOf))];
  const seen = new Set(found.map(keyOf));
  for (const record of records) {
    if (record.status !== 'ok') continue;
    for (const event of ofEvidence(record, tacticOf)) {
      if (seen.has(keyOf(event))) continue;
      seen.add(keyOf(event));
      found.push(event);
    }
  }
  const events = joinBursts(found.sort((a, b) => a.at - b.at));
  return { events: events.slice(0, MAX_EVENTS), omitted: Math.max(0, events.length - MAX_EVENTS) };
}

/** An event is known by when it was and what was done: queries name its actor in different ways. */
const keyOf = ({ at, action }: TimelineEvent): string => `${at} ${action.toLowerCase()}`;

function ofReport(entry: TimelineEntry, tacticOf: Input['tacticOf']): TimelineEvent[] {
  if (entry.at === null) return [];
  const names = entry.action.toLowerCase().match(/[a-z_.:]{4,}/g) ?? [];
  const tactic = names.map(tacticOf).find((one) => one !== null) ?? null;
  return [
    {
      at: entry.at,
      until: entry.until === entry.at ? null : entry.until,
      count: 1,
      actor: entry.actor,
      action: entry.action,
      source: 'report',
      tactic,
      outcome: /fail|denied|error|refus|reject/i.test(entry.outcome) ? 'failure' : entry.outcome ? 'success' : null,
      evidence: entry.evidence[0] ?? null,
    },
  ];
}

function ofEvidence(record: EvidenceRecord, tacticOf: Input['tacticOf']): TimelineEvent[] {
  const index = new EvidenceIndex(record);
  const counts = new Map(
    index.tables().flatMap(({ columns, rows }) => {
      const at = columns.findIndex((name) => COUNT.test(name));
      return at < 0 ? [] : rows.map((row) => [row, Number(row.cells[at])] as const);
    }),
  );
  const source = sourceOf(record);
  return eventsOf(index).flatMap(({ row, actors, actions, outcome, times }) => {
    const [at, until] = [times[0], times.at(-1)];
    // A column of times is called after events too.
    const action = actions.find((name) => !/^\d{4}-\d\d-\d\d/.test(name));
    // A row without a deed is no event: a count, a list of names.
    if (at === undefined || until === undefined || action === undefined) return [];
    const count = counts.get(row);
    return [
      {
        at,
        until: until === at ? null : until,
        count: count && count > 0 ? Math.round(count) : 1,
        actor: shortest(actors),
        action,
        source,
        outcome,
        tactic: tacticOf(action),
        evidence: record.number,
      },
    ];
  });
}

/** Of an ARN and its parts, the name that people use. */
const shortest = (names: string[]): string =>
  names.filter((name) => !name.startsWith('arn:')).at(-1) ?? names[0]?.split('/').at(-1) ?? '';

/** The table that a query reads, else the tool. */
function sourceOf({ args, server, tool }: EvidenceRecord): string {
  const sql = JSON.stringify(args) ?? '';
  return /\bfrom\s+\\?"?([\w.]{2,60})/i.exec(sql)?.[1] ?? `${server}.${tool}`;
}

function joinBursts(events: TimelineEvent[]): TimelineEvent[] {
  const last = new Map<string, TimelineEvent>();
  const joined: TimelineEvent[] = [];
  for (const event of events) {
    const key = [event.actor, event.action, event.outcome, event.source].join('\n');
    const before = last.get(key);
    if (before && event.source !== 'report' && event.at - (before.until ?? before.at) <= BURST_MS) {
      before.until = Math.max(before.until ?? before.at, event.until ?? event.at);
      before.count += event.count;
      continue;
    }
    const copy = { ...event };
    last.set(key, copy);
    joined.push(copy);
  }
  return joined;
}
