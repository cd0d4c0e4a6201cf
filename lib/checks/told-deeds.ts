import type { CheckContext } from './context';
import { LEXICON, type LexiconEntry, OBJECTS, VERBS, type VerbClass } from './deed-lexicon';
import { type EvidenceEvent, eventsOf } from './events';

/** An act that a text tells in its own words: `a key was made for it`. Offsets are of the text. */
export type ToldDeed = { start: number; end: number; verb: { start: number; end: number }; entries: LexiconEntry[] };

/** Between a verb and what it was done to. */
const REACH = 48;
/** Deeds that may overlap one another. */
const NEAR = 12;
const STOP = /[,;:.]\s|\s[–—]\s|\sand\s|\[E\d/;
const PASSIVE = /\b(?:was|were|been|is|are|being|be|got|went)\s+(?:\p{L}+ly\s+|then\s+|also\s+|first\s+)?$/iu;

/** The acts of a text, in its order; of one verb the nearest thing that the lexicon has for it. */
export function deedsTold(text: string): ToldDeed[] {
  const found: ToldDeed[] = [];
  for (const verb of Object.keys(VERBS) as VerbClass[]) {
    for (const match of text.matchAll(VERBS[verb])) {
      const deed = deedAt(text, verb, { start: match.index, end: match.index + match[0].length });
      if (deed) found.push(deed);
    }
  }
  found.sort((a, b) => a.start - b.start || b.end - a.end);
  return found.reduce<ToldDeed[]>((kept, deed) => {
    // In order of their places: only the last few can touch it.
    const near = kept.slice(-NEAR);
    const last = near.find(({ verb }) => verb.start === deed.verb.start);
    const over = near.find((one) => one !== last && deed.verb.start >= one.start && deed.verb.end <= one.end);
    if (last) last.entries.push(...deed.entries);
    else if (!over) kept.push(deed);
    return kept;
  }, []);
}

function deedAt(text: string, verb: VerbClass, at: { start: number; end: number }): ToldDeed | null {
  const entries = LEXICON.filter((entry) => entry.verb === verb);
  const after = upTo(text.slice(at.end, at.end + REACH));
  const before = behind(text.slice(Math.max(0, at.start - REACH), at.start));
  const isPassive = PASSIVE.test(text.slice(Math.max(0, at.start - 24), at.start));
  let best: { entry: LexiconEntry; start: number; end: number; far: number } | null = null;
  for (const entry of entries) {
    if (entry.object === null) continue;
    const pattern = OBJECTS[entry.object];
    const next = isPassive ? undefined : after.matchAll(pattern).next().value;
    const last = isPassive || !next ? [...before.matchAll(pattern)].at(-1) : undefined;
    const place = next
      ? { start: at.start, end: at.end + next.index + next[0].length, far: next.index }
      : last && (isPassive || /(?:of|al|ion|ent|ed)$/.test(text.slice(at.start, at.end)))
        ? {
            start: at.start - before.length + last.index,
            end: at.end,
            far: before.length - last.index - last[0].length,
          }
        : null;
    if (place && (!best || place.far < best.far)) best = { entry, ...place };
  }
  if (best) return { start: best.start, end: best.end, verb: at, entries: [best.entry] };
  const alone = entries.find(({ object }) => object === null);
  return alone ? { ...at, verb: at, entries: [alone] } : null;
}

/** A text up to where its clause ends, and from where its clause begins. */
const upTo = (text: string): string => text.slice(0, STOP.exec(text)?.index ?? text.length);
function behind(text: string): string {
  const cuts = [...text.matchAll(new RegExp(STOP, 'g'))];
  const last = cuts.at(-1);
  return last ? text.slice(last.index + last[0].length) : text;
}

const indexed = new WeakMap<CheckContext, Map<string, EvidenceEvent[]>>();

/** All events of the case by the name of their action. */
function byAction(context: CheckContext): Map<string, EvidenceEvent[]> {
  const known = indexed.get(context);
  if (known) return known;
  const found = new Map<string, EvidenceEvent[]>();
  for (const record of context.all)
    for (const event of eventsOf(record)) {
      if (event.times.length === 0) continue;
      for (const action of event.actions) {
        const list = found.get(action);
        if (list) list.push(event);
        else found.set(action, [event]);
      }
    }
  indexed.set(context, found);
  return found;
}

/** Events of the case that a told deed says, and those that it may mean besides. */
export function eventsTold(
  context: CheckContext,
  { entries }: ToldDeed,
): { said: EvidenceEvent[]; also: EvidenceEvent[] } {
  const [said, also]: [EvidenceEvent[], EvidenceEvent[]] = [[], []];
  for (const [action, events] of byAction(context)) {
    if (entries.some(({ actions }) => actions.test(action))) said.push(...events);
    else if (entries.some((entry) => entry.also?.test(action))) also.push(...events);
  }
  return { said, also };
}

/** Whether an event of a record is one that a told deed says. */
export const isTold = ({ actions }: EvidenceEvent, { entries }: ToldDeed): boolean =>
  actions.some((action) => entries.some((entry) => entry.actions.test(action)));

/** Whether a row is a single event: it happened at one moment. */
export const isExact = ({ times }: EvidenceEvent): boolean => (times.at(-1) ?? 0) - (times[0] ?? 0) < 1000;
