import { claimsOf, placeOf } from '../claims';
import type { CheckContext } from '../context';
import { deedsIn } from '../deeds';
import { countOf, type EvidenceEvent } from '../events';
import { squash } from '../evidence-index';
import { type Finding, finding } from '../messages';
import { secondsOf } from '../nearness';
import { eventsAbout, involves, type Statement, statementsOf } from '../statements';

export const WITHIN =
  /\b(?:within|in under|in less than|in fewer than|in no more than|less than|under)\s+(?:the\s+)?(?:about\s+|around\s+|roughly\s+|just\s+)?$/i;

/** `within 5 minutes`: what the sentence names did not take longer. */
export function checkBounds(context: CheckContext): Finding[] {
  return statementsOf(context).statements.flatMap((statement) =>
    claimsOf(statement.block).flatMap((claim) => {
      const { start, end, number, measure } = claim;
      if (number === undefined || measure === undefined || start < statement.start || end > statement.end) return [];
      const before = statement.block.text.slice(Math.max(0, start - 40), start);
      const size = secondsOf(measure);
      if (size === undefined || size < 1 || !WITHIN.test(before)) return [];
      const limit = number * size * 1000;
      const spans = spansOf(
        statement,
        /^\S*\s\S+\s+(?:of|after|before|later)\b/.test(statement.block.text.slice(start, start + 60)),
      );
      const shortest = Math.min(...spans);
      // People round: 14 minutes for 14:26.
      if (spans.length === 0 || shortest <= limit + Math.max(0.1 * limit, 500 * Math.min(size, 60))) return [];
      const words = WITHIN.exec(before)?.[0].trim() ?? '';
      const data = { value: `${words} ${claim.value} ${measure}`.replace(/\s+/g, ' '), actual: durationText(shortest) };
      return [finding('bound', 'error', placeOf(statement.block, claim), 'bound-false', data)];
    }),
  );
}

/** How long what a statement names took, in ms: from the first to the last of its times, of a burst, of like events; between two events. */
function spansOf(statement: Statement, isBetween: boolean): number[] {
  const said = statement.times.flatMap(({ time }) => (time ? [time.from] : []));
  if (said.length > 1) return [Math.max(...said) - Math.min(...said)];
  const counted = eventsCounted(statement);
  if (counted.length > 0) return [durationOf(counted)];
  const named = namedEvents(statement);
  // Of a short list nothing is named: the sentence may speak of any two of its events.
  const about = named ?? (statement.events.length <= 12 ? statement.events : []);
  if (isBetween || named === null) {
    const times = about.flatMap(({ times: own }) => own).slice(0, 200);
    const gaps = times.flatMap((a) => times.flatMap((b) => (b > a ? [b - a] : [])));
    return gaps;
  }
  const bursts = about
    .flatMap(({ times }) => (times.length > 1 ? [(times.at(-1) ?? 0) - (times[0] ?? 0)] : []))
    .filter((span) => span > 0);
  if (bursts.length > 0) return bursts;
  // `Nine sign-ins failed within nine minutes`: those that failed, too.
  return [about, ...byOutcome(statement, about)].flatMap((events) => {
    const span = durationOf(events);
    return span > 0 ? [span] : [];
  });
}

/** From the first to the last time of some events, ms. */
function durationOf(events: EvidenceEvent[]): number {
  const times = events.flatMap((event) => event.times).sort((a, b) => a - b);
  return (times.at(-1) ?? 0) - (times[0] ?? 0);
}

/** `412 objects were read within …`: the one burst of that many, or all rows of a record that are that many together. */
function eventsCounted({ block, start, end, events }: Statement): EvidenceEvent[] {
  const numbers = claimsOf(block).flatMap((claim) =>
    claim.number !== undefined && !claim.measure && !claim.nearness && claim.start >= start && claim.end <= end
      ? [claim.number]
      : [],
  );
  const [number] = numbers;
  if (number === undefined || numbers.length > 1 || number < 3) return [];
  const bursts = events.filter((event) => countOf(event) === number && event.times.length > 1);
  if (bursts.length > 0) return bursts.length === 1 ? bursts : [];
  const records = new Set(events.map(({ record }) => record));
  const whole = [...records].map((record) => events.filter((event) => event.record === record));
  const all = whole.filter((rows) => rows.reduce((sum, event) => sum + (countOf(event) ?? 0), 0) === number);
  return all.length === 1 && whole.length === 1 && all[0] && durationOf(all[0]) > 0 ? all[0] : [];
}

const FAILURE = /\b(?:fail\w*|den(?:y|ied|ials?)|refus\w+|reject\w+|errors?|unauthori[sz]ed|blocked)\b/i;
const SUCCESS = /\b(?:succe\w+|grant\w*|allow\w*|accepted|permitted)\b/i;

/** The events of each outcome that a statement names. */
function byOutcome({ text }: Statement, events: EvidenceEvent[]): EvidenceEvent[][] {
  return [
    ...(FAILURE.test(text) ? [events.filter(({ outcome }) => outcome === 'failure')] : []),
    ...(SUCCESS.test(text) ? [events.filter(({ outcome }) => outcome === 'success')] : []),
  ];
}

/** Events with an action, an actor or another name of the statement; null when it names none. */
function namedEvents(statement: Statement): EvidenceEvent[] | null {
  const byAction = statement.actions.length > 0 ? eventsAbout({ ...statement, times: [] }) : [];
  const names = new Set(statement.actions.map(({ name }) => name));
  const done = byAction.filter((event) => event.actions.some((action) => names.has(action)));
  const events = done.length > 0 ? done : statement.events;
  const byActor = events.filter((event) => statement.actors.some(({ name }) => involves(event, name)));
  if (byActor.length > 0) return byActor;
  if (done.length > 0) return done;
  const values = claimsOf(statement.block)
    .filter(
      ({ kind, start }) =>
        (kind === 'id' || kind === 'quote' || kind === 'indicator') &&
        start >= statement.start &&
        start < statement.end,
    )
    .map(({ value }) => squash(value));
  const named = events.filter(({ row }) => values.some((value) => value.length > 3 && row.text.includes(value)));
  if (named.length > 0) return named;
  const deeds = deedsIn(statement.text);
  const told = events.filter((event) => event.actions.some((action) => deeds.some(({ names }) => names.test(action))));
  return told.length > 0 ? told : null;
}

function durationText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return `${seconds} seconds`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} minutes` : `${Math.round(seconds / 3600)} hours`;
}
