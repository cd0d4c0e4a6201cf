import { personNames } from '../entities/person-names';
import type { TimelineEvent } from './schema';
import { type Domain, position } from './time-scale';

export type LaneBy = 'actor' | 'source';
/** What one mark stands for: all events of a lane within a few pixels; drawn as a bar from `x` to `end` when that is long enough to see. */
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
/** What reaches further than this is a bar; what is shorter, a dot. */
const BAR_FROM = 16;

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

/**
 * The lanes of the events: whom the report names first, then the busiest, one for each person however sources call them; beyond twelve
 * the rest shares one. Pure.
 */
export function lanesOf(events: readonly TimelineEvent[], by: LaneBy): { name: string; events: TimelineEvent[] }[] {
  const lanes = new Map<string, TimelineEvent[]>();
  const nameOf = by === 'actor' ? personNames(new Set(events.map(({ actor }) => actor))) : (name: string) => name;
  for (const event of events) {
    const name = nameOf(event[by]) || NO_ACTOR;
    const lane = lanes.get(name);
    if (lane) lane.push(event);
    else lanes.set(name, [event]);
  }
  const place = (name: string, list: TimelineEvent[]) =>
    name === NO_ACTOR ? 2 : list.some(({ source }) => source === 'report') ? 0 : 1;
  const sorted = [...lanes]
    .map(([name, list]) => ({ name, events: list, place: place(name, list) }))
    .sort((a, b) => a.place - b.place || b.events.length - a.events.length)
    .map(({ name, events: list }) => ({ name, events: list }));
  if (sorted.length <= MAX_LANES) return sorted;
  const rest = sorted.slice(MAX_LANES - 1);
  return [
    ...sorted.slice(0, MAX_LANES - 1),
    { name: `${rest.length} others`, events: rest.flatMap((lane) => lane.events).sort((a, b) => a.at - b.at) },
  ];
}

/** The marks of a lane's events (in time order) within a domain. Bars and dots don't join each other. Pure. */
export function marksOf(events: readonly TimelineEvent[], domain: Domain, width: number): Mark[] {
  const marks: Mark[] = [];
  let [lastDot, lastBar]: (Mark | undefined)[] = [];
  for (const event of events) {
    const until = event.until ?? event.at;
    if (until < domain[0] || event.at > domain[1]) continue;
    const x = Math.max(0, position(event.at, domain, width));
    const end = Math.min(width, position(until, domain, width));
    const bar = end - x > BAR_FROM;
    const last = bar ? lastBar : lastDot;
    if (last && x - last.x < BIN) {
      join(last, event, end);
      continue;
    }
    const mark = {
      x,
      end,
      count: event.count,
      tactic: event.tactic,
      failed: event.outcome === 'failure',
      evidence: event.evidence,
      first: event,
      more: 0,
    };
    if (bar) lastBar = mark;
    else lastDot = mark;
    marks.push(mark);
  }
  return marks;
}

/** Whether a mark is drawn as a bar. */
export const isBar = ({ x, end }: Mark): boolean => end - x > BAR_FROM;

function join(mark: Mark, event: TimelineEvent, end: number): void {
  mark.count += event.count;
  mark.more += 1;
  mark.end = Math.max(mark.end, end);
  mark.failed = mark.failed && event.outcome === 'failure';
  if (weight(event) > weight(mark.first)) {
    mark.tactic = event.tactic;
    mark.evidence = event.evidence ?? mark.evidence;
    mark.first = event;
  }
  mark.evidence ??= event.evidence;
}

/** How much an event tells: its tactic first, then that the report names it. */
const weight = ({ tactic, source }: TimelineEvent): number =>
  2 * (TACTICS.length - rank(tactic)) + (source === 'report' ? 1 : 0);

function rank(tactic: string | null): number {
  const at = (TACTICS as readonly (string | null)[]).indexOf(tactic);
  return at < 0 ? TACTICS.length : at;
}

const SHOWN_GAPS = 6;

/** A time without any single event. `covered`: a summary of a longer time (a query that counts) reaches over it, so that there may be some. */
export type Gap = { from: number; to: number; covered: boolean };

/** The times without events that are a good part of the domain, the longest six, in time order. */
export function gapsOf(events: readonly TimelineEvent[], [from, to]: Domain): Gap[] {
  const lengthOf = ({ at, until }: TimelineEvent) => (until ?? at) - at;
  const summaries = events.filter((event) => lengthOf(event) > (to - from) / 2);
  let reached = Number.NEGATIVE_INFINITY;
  const gaps: Gap[] = [];
  for (const event of events) {
    const { at } = event;
    if (lengthOf(event) > (to - from) / 2) continue;
    if (at > reached && reached >= from && at <= to && at - reached > (to - from) * 0.1)
      gaps.push({ from: reached, to: at, covered: false });
    reached = Math.max(reached, event.until ?? at);
  }
  return gaps
    .sort((a, b) => b.to - b.from - (a.to - a.from))
    .slice(0, SHOWN_GAPS)
    .map((gap) => ({ ...gap, covered: summaries.some(({ at, until }) => at < gap.to && (until ?? at) > gap.from) }))
    .sort((a, b) => a.from - b.from);
}

/** Room at each end of the incident, as a part of it. */
const MARGIN = 0.08;
/** What is less of the whole than this is worth a view of its own. */
const WORTH = 0.6;

/** When what the report tells happened; null where that is most of the whole, so that there is nothing to look closer at. */
export function incidentOf(events: readonly TimelineEvent[], [first, last]: Domain): Domain | null {
  const told = events.filter(({ source }) => source === 'report');
  if (told.length < 2) return null;
  const from = Math.min(...told.map(({ at }) => at));
  const to = Math.max(...told.map(({ at, until }) => until ?? at));
  const room = Math.max(30_000, (to - from) * MARGIN);
  const domain = [Math.max(first, from - room), Math.min(last, to + room)] as const;
  return domain[1] - domain[0] < (last - first) * WORTH ? domain : null;
}

/** A mark's text, with the room that it has to the next one. */
type MarkLabel = { x: number; room: number; text: string };

const LABEL_FROM = 44;
const MAX_LABELS = 400;

/** Texts for the marks that tell most, where there is room to the right; only what the report names or what has a tactic. Pure. */
export function labelsOf(marks: readonly Mark[], width: number): MarkLabel[] {
  const worth = marks
    // A summary of a longer time is background.
    .filter(({ x, end, first }) => weight(first) > 0 && (end - x < width / 2 || first.source === 'report'))
    .sort((a, b) => weight(b.first) - weight(a.first) || a.x - b.x)
    .slice(0, MAX_LABELS);
  const taken: MarkLabel[] = [];
  for (const { x, first, count } of worth) {
    const before = taken.filter((one) => one.x <= x).sort((a, b) => b.x - a.x)[0];
    const after = Math.min(width, ...taken.filter((one) => one.x > x).map((one) => one.x - 6));
    if (after - x < LABEL_FROM || (before && x - before.x < LABEL_FROM)) continue;
    if (before) before.room = Math.min(before.room, x - 6 - before.x);
    taken.push({
      x,
      room: after - x,
      text: count > 1 && first.source !== 'report' ? `${first.action} ×${count}` : first.action,
    });
  }
  return taken.sort((a, b) => a.x - b.x);
}
