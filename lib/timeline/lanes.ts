import type { TimelineEvent } from './schema';
import { type Domain, position } from './time-scale';

export type LaneBy = 'actor' | 'source';
/** What one mark stands for: all events of a lane within a few pixels. */
export type Mark = {
  x: number;
  /** To where its last event reaches. */
  end: number;
  count: number;
  tactic: string | null;
  failed: boolean;
  evidence: number | null;
  first: TimelineEvent;
  more: number;
};
export type Lane = { name: string; count: number; marks: Mark[] };

/** The lane of events that don't say who did it. */
export const NO_ACTOR = 'no actor named';

const MAX_LANES = 12;
/** Events closer than this are one mark, so that thousands cost as much as hundreds. */
const BIN = 6;

/** Most consequential first: what a mark of several events is colored by. */
export const TACTICS = [
  'impact',
  'exfiltration',
  'credential-access',
  'privilege-escalation',
  'persistence',
  'defense-evasion',
  'lateral-movement',
  'command-and-control',
  'collection',
  'initial-access',
  'execution',
  'discovery',
  'reconnaissance',
  'resource-development',
] as const;

/** The lanes of the events, busiest first; beyond twelve the rest shares one. Pure. */
export function lanesOf(events: readonly TimelineEvent[], by: LaneBy): { name: string; events: TimelineEvent[] }[] {
  const lanes = new Map<string, TimelineEvent[]>();
  for (const event of events) {
    const name = event[by] || NO_ACTOR;
    const lane = lanes.get(name);
    if (lane) lane.push(event);
    else lanes.set(name, [event]);
  }
  const sorted = [...lanes]
    .map(([name, list]) => ({ name, events: list }))
    .sort((a, b) => b.events.length - a.events.length);
  if (sorted.length <= MAX_LANES) return sorted;
  const rest = sorted.slice(MAX_LANES - 1);
  return [
    ...sorted.slice(0, MAX_LANES - 1),
    { name: `${rest.length} others`, events: rest.flatMap((lane) => lane.events).sort((a, b) => a.at - b.at) },
  ];
}

/** The marks of a lane's events (in time order) within a domain. Pure. */
export function marksOf(events: readonly TimelineEvent[], domain: Domain, width: number): Mark[] {
  const marks: Mark[] = [];
  for (const event of events) {
    const until = event.until ?? event.at;
    if (until < domain[0] || event.at > domain[1]) continue;
    const x = Math.max(0, position(event.at, domain, width));
    const end = Math.min(width, position(until, domain, width));
    const last = marks.at(-1);
    if (last && x - last.x < BIN) {
      last.count += event.count;
      last.more += 1;
      last.end = Math.max(last.end, end);
      last.failed = last.failed && event.outcome === 'failure';
      if (rank(event.tactic) < rank(last.tactic)) {
        last.tactic = event.tactic;
        last.evidence = event.evidence ?? last.evidence;
        last.first = event;
      }
      last.evidence ??= event.evidence;
      continue;
    }
    marks.push({
      x,
      end,
      count: event.count,
      tactic: event.tactic,
      failed: event.outcome === 'failure',
      evidence: event.evidence,
      first: event,
      more: 0,
    });
  }
  return marks;
}

function rank(tactic: string | null): number {
  const at = (TACTICS as readonly (string | null)[]).indexOf(tactic);
  return at < 0 ? TACTICS.length : at;
}

/** The longest time without any event, when it is a good part of the domain. */
export function longestGap(events: readonly TimelineEvent[], [from, to]: Domain): Domain | null {
  let reached = Number.NEGATIVE_INFINITY;
  let gap: Domain | null = null;
  for (const { at, until } of events) {
    if (at > reached && reached >= from && at <= to && at - reached > (gap ? gap[1] - gap[0] : 0)) gap = [reached, at];
    reached = Math.max(reached, until ?? at);
  }
  return gap && gap[1] - gap[0] > (to - from) * 0.15 ? gap : null;
}
