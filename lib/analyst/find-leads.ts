import { joined } from '../text/phrases';
import { asked, noteFailure } from './ask-sources';
import { type Gathered, text } from './case';
import { covers } from './choose-sources';
import type { Hit } from './find-values';
import { batchOf, matchRules } from './match-rules';
import * as ask from './queries';
import { type LogSource, rangeOf } from './queries';
import { code } from './report/escape';
import { type Context, type Outcome, together } from './script';
import { DAY, HOUR, readTime } from './time';

/** Identities that a rule hits around the time of an alert; more than these are not followed. */
const MOST_LEADS = 10;

/**
 * Whom to look at when the alert names nobody: who caused the events that its rule is about, else whom rules of high level hit
 * within an hour of it. The leads by source, and a gap that says how they were found.
 */
export async function findLeads(context: Context, gathered: Gathered): Promise<Map<LogSource, Hit[]>> {
  const { at, eventNames } = gathered.subject;
  const sources = gathered.sources.filter((source) => covers(source, at));
  const byName = eventNames.length > 0 ? await causers(context, gathered, sources) : new Map<LogSource, Hit[]>();
  if (byName.size > 0) {
    const meant = at === null ? new Map<LogSource, Hit[]>() : atThatMoment(byName, at);
    const isExact = [...meant.values()].flat().length === 1;
    const followed = isExact ? meant : byName;
    note(gathered, `whoever caused ${eventsOf(gathered)}${isExact ? ' at that moment' : ''}`, followed, !isExact);
    return followed;
  }
  const byRule = at === null ? new Map<LogSource, Hit[]>() : await hitAround(context, gathered, sources, at);
  if (byRule.size > 0 || at === null) {
    note(
      gathered,
      byRule.size > 0 ? 'whoever triggered a high-severity detection rule within an hour of it' : null,
      byRule,
    );
    return byRule;
  }
  const everyone = await activeAround(context, gathered, sources, at);
  note(
    gathered,
    everyone === null ? null : 'everyone who was active within an hour of it',
    everyone ?? new Map(),
    !isAboutVolume(gathered),
  );
  return everyone ?? new Map();
}

/**
 * Whom a detector's own log has at the moment of the alert, under the name of its rule: an alert that names a machine alone is about
 * what ran there. Empty where nobody, or more than one, is.
 */
export async function meantByRule(context: Context, gathered: Gathered): Promise<Map<LogSource, Hit[]>> {
  const { at, actors, eventNames } = gathered.subject;
  const isNamed = actors.some(({ kind }) => kind !== 'host' && kind !== 'instance');
  const sources = gathered.sources.filter((source) => source.mapping.isDetector === true && covers(source, at));
  if (at === null || isNamed || eventNames.length === 0 || sources.length === 0) return new Map();
  const meant = atThatMoment(await causers(context, gathered, sources), at);
  return [...meant.values()].flat().length === 1 ? meant : new Map();
}

/** Seconds that a detector's clock and that of a log may be apart. */
const CLOCKS = 5000;

/** Whom a log has doing it at the moment of the alert: one alone is whom the alert is about. */
function atThatMoment(leads: Map<LogSource, Hit[]>, at: number): Map<LogSource, Hit[]> {
  const near = [...leads].map(([source, hits]): [LogSource, Hit[]] => [
    source,
    hits.filter(({ first, last }) => [first, last].some((time) => time !== null && Math.abs(time - at) <= CLOCKS)),
  ]);
  return new Map(near.filter(([, hits]) => hits.length > 0));
}

/** The first names of events that the alert is about. */
const eventsOf = ({ subject }: Gathered): string => joined(subject.eventNames.slice(0, 3).map((name) => code(name)));

/** What an alert about how much happened is called: of it whoever was active is all there is to look at. */
const VOLUME = /\b(?:spike|surge|volume|rate|number of|count of|burst|increase)\b/i;
const isAboutVolume = ({ subject }: Gathered): boolean =>
  subject.alerts.every(({ title, rule, description }) => VOLUME.test([title, rule, description].join(' ')));

const around = (source: LogSource, at: number | null, span: number): ask.Range => {
  const whole = rangeOf(source);
  return at === null
    ? whole
    : { from: Math.max(whole.from, Math.floor(at / 1000) * 1000 - span), to: Math.min(whole.to, at + span) };
};

async function causers(context: Context, gathered: Gathered, sources: LogSource[]): Promise<Map<LogSource, Hit[]>> {
  const { at, eventNames } = gathered.subject;
  const range = (source: LogSource) => around(source, at, DAY);
  context.stage('Looking for the events that the rule of the alert is about');
  const outcomes = await asked(
    context,
    gathered.steps,
    sources.map((source) => [
      'Who caused the events that the alert is about?',
      ask.whoDid(source, range(source), eventNames),
    ]),
  );
  return leadsOf(gathered, sources, outcomes);
}

async function hitAround(
  context: Context,
  gathered: Gathered,
  sources: LogSource[],
  at: number,
): Promise<Map<LogSource, Hit[]>> {
  context.stage('Looking for what rules of high level hit around the time of the alert');
  const found = await together(
    sources.map((source) => async (): Promise<Map<LogSource, Hit[]>> => {
      const range = around(source, at, HOUR);
      const batch = batchOf(context, gathered, source);
      const rules =
        range.from > range.to ? [] : await matchRules(batch, gathered.detections, source, range, 'TRUE', 'high');
      if (rules.length === 0) return new Map();
      return leadsOf(
        gathered,
        [source],
        await batch([['Whom do rules of high level hit?', ask.whoHit(source, range, rules)]]),
      );
    }),
  );
  return new Map(found.flatMap((leads) => [...leads]));
}

/** Everyone who was active around the time of the alert, where they are few enough to follow them all; null where they are not. */
async function activeAround(
  context: Context,
  gathered: Gathered,
  sources: LogSource[],
  at: number,
): Promise<Map<LogSource, Hit[]> | null> {
  context.stage('Looking for who was active around the time of the alert');
  const near = sources.filter((source) => around(source, at, HOUR).from <= around(source, at, HOUR).to);
  const outcomes = await asked(
    context,
    gathered.steps,
    near.map((source) => [
      'Who was active within an hour of the alert?',
      ask.whoActed(source, around(source, at, HOUR)),
    ]),
  );
  const isWhole = outcomes.every(({ ok, table }) => ok && (table?.rows.length ?? 0) < MOST_LEADS);
  const found = leadsOf(gathered, near, outcomes);
  return isWhole && found.size > 0 ? found : null;
}

function leadsOf(gathered: Gathered, sources: LogSource[], outcomes: Outcome[]): Map<LogSource, Hit[]> {
  const found = new Map<LogSource, Hit[]>();
  outcomes.forEach((outcome, index) => {
    noteFailure(gathered, outcome, true);
    const hits = (outcome.table?.rows ?? []).flatMap((row): Hit[] => {
      const [principal, ip] = [text(row, 'principal'), text(row, 'ip')];
      const value = (principal || ip).toLowerCase();
      const [first, last] = [readTime(row.first), readTime(row.last)];
      return value === '' ? [] : [{ value, as: principal ? 'actor' : 'address', n: Number(row.n), first, last }];
    });
    const distinct = [...new Map(hits.map((hit) => [hit.value, hit])).values()].slice(0, MOST_LEADS);
    if (distinct.length > 0) found.set(sources[index] as LogSource, distinct); // one answer per source
  });
  return found;
}

/** `blocks`: somebody else may be meant. */
function note(gathered: Gathered, followed: string | null, leads: Map<LogSource, Hit[]>, blocks = true): void {
  const what =
    followed === null
      ? 'no event that it describes and no high-severity rule match was found around its time'
      : `investigated instead: ${followed}`;
  gathered.gaps.push({
    text: `The alert names no user, key, address, host or resource to look for; ${what}.`,
    evidence: [
      ...new Set(
        gathered.steps
          .filter(({ source }) => followed === null || [...leads.keys()].some(({ name }) => name === source))
          .filter(({ purpose }) =>
            /^(Who caused the events|Who was active within|Whom do rules|Which detection rules|Which kinds)/.test(
              purpose,
            ),
          )
          .map(({ outcome }) => outcome.evidence),
      ),
    ].slice(-3),
    blocks: blocks || followed === null,
    about: 'alert',
  });
}
