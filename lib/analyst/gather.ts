import type { CaseFile } from '../model/model';
import { type Gathered, num, type PastCase, type Step, text } from './case';
import type { Coaching } from './coaching';
import { gatherSource } from './gather-source';
import { type LogSource, mentions, presence } from './queries';
import { code } from './report/escape';
import { type Asked, type Context, isObject, type Outcome } from './script';
import { mapSource } from './sources';
import type { SourceField } from './sources/mapping';
import { formsOf, readSubject, type Subject, seedsOf } from './subject';
import { clock, DAY, readTime } from './time';

const MOST_SOURCES = 24;

/** Collects what there is to know: past cases, sources, then each source in which the case's values occur. */
export async function gather(context: Context, caseFile: CaseFile, coaching: Coaching): Promise<Gathered> {
  const subject = readSubject(caseFile);
  const gathered = nothingYet(subject);
  const values = seedsOf(subject)
    .map((seed) => seed.value.slice(0, 500))
    .slice(0, 30);
  // An alert that names nothing still has a rule whose other alerts may tell what it usually is.
  const related =
    values.length > 0
      ? { entities: values }
      : { query: (caseFile.alerts[0]?.title ?? caseFile.investigation.title).slice(0, 300) };
  const alike = values.length > 0 ? 'the same people, keys or addresses' : 'the same title';

  context.stage(`Looking for past cases and alerts with ${alike}, and for logs to search`);
  const [cases, alerts, sources, ...own] = await asked(context, gathered.steps, [
    [`Past cases with ${alike}`, 'socdown__search_cases', { ...related, limit: 10 }],
    [`Other alerts with ${alike}`, 'socdown__search_alerts', { ...related, limit: 25 }],
    ['Log sources to search', 'logs__list_sources', {}],
    ...caseFile.alerts
      .slice(0, 5)
      .map((alert): [string, string, Record<string, unknown>] => [
        'The alert itself',
        'socdown__get_alert',
        { id: alert.id },
      ]),
  ]);
  caseFile.alerts.slice(0, 5).forEach((alert, index) => {
    if (own[index]?.ok) gathered.alertEvidence[alert.id] = own[index].evidence;
  });
  gathered.pastCases = readCases(cases as Outcome);
  gathered.relatedAlerts = readAlerts(alerts as Outcome, caseFile);
  for (const outcome of [cases, alerts, sources] as Outcome[])
    noteFailure(gathered, outcome, outcome.name.startsWith('logs'));

  const chosen = await chooseSources(context, gathered, sources as Outcome);
  if (chosen.length === 0) return gathered;

  context.stage(
    `Looking for the alert's values in ${chosen.length === 1 ? 'one log source' : `${chosen.length} log sources`}`,
  );
  await findValues(context, gathered, chosen);

  const relevant = gathered.presence.filter(({ found }) => found.length > 0);
  for (const { source, found } of relevant) {
    const result = await gatherSource(context, gathered, source, found, coaching);
    if (result) gathered.cases.push(result);
  }
  return gathered;
}

const nothingYet = (subject: Subject): Gathered => ({
  subject,
  presence: [],
  cases: [],
  pastCases: [],
  relatedAlerts: [],
  alertEvidence: {},
  steps: [],
  gaps: [],
  absent: [],
});

/** Where values occur in the logs, and nothing more. */
export async function locate(context: Context, subject: Subject): Promise<Gathered> {
  const gathered = nothingYet(subject);
  const [listed] = await asked(context, gathered.steps, [['Log sources to search', 'logs__list_sources', {}]]);
  const sources = await chooseSources(context, gathered, listed as Outcome); // one answer per question
  if (sources.length > 0) await findValues(context, gathered, sources);
  return gathered;
}

async function chooseSources(context: Context, gathered: Gathered, listed: Outcome): Promise<LogSource[]> {
  const all = (Array.isArray(listed.structured.sources) ? listed.structured.sources : []).filter(isObject);
  if (listed.ok && all.length === 0)
    gathered.gaps.push({ text: 'There are no log sources to search.', evidence: [listed.evidence], blocks: true });
  const at = gathered.subject.at;
  const distance = (row: Record<string, unknown>): number => {
    const [from, to] = [readTime(row.from), readTime(row.to)];
    return at === null || from === null || to === null ? 0 : Math.max(0, from - at, at - to);
  };
  const sorted = all
    .filter((row) => Number(row.rows) > 0)
    .sort((a, b) => distance(a) - distance(b) || String(a.name).localeCompare(String(b.name)));
  const chosen = sorted.slice(0, MOST_SOURCES);
  if (sorted.length > chosen.length) {
    gathered.gaps.push({
      text: `Only the ${MOST_SOURCES} sources nearest in time were searched; not searched: ${sorted
        .slice(MOST_SOURCES)
        .map((row) => code(row.name))
        .join(', ')}.`,
      evidence: [listed.evidence],
      blocks: true,
    });
  }
  const described = await asked(
    context,
    gathered.steps,
    chosen.map((row) => [`Fields of ${String(row.name)}`, 'logs__describe_source', { source: String(row.name) }]),
  );
  return described.flatMap((outcome, index) => {
    const row = chosen[index] as Record<string, unknown>; // one answer per source asked
    noteFailure(gathered, outcome, true);
    const fields = (Array.isArray(outcome.structured.fields) ? outcome.structured.fields : []).filter(isObject).map(
      (field): SourceField => ({
        name: String(field.name),
        type: String(field.type),
        filled: Number(field.filled ?? 1),
        samples: Array.isArray(field.samples) ? field.samples.map(String) : [],
      }),
    );
    const source = {
      name: String(row.name),
      rows: Number(row.rows),
      from: readTime(row.from),
      to: readTime(row.to),
      unparsable: Number(row.unparsable ?? 0),
    };
    if (source.unparsable > 0) {
      gathered.gaps.push({
        text: `${source.unparsable} lines of ${code(source.name)} could not be read.`,
        evidence: [listed.evidence],
        blocks: source.unparsable > source.rows / 100,
      });
    }
    return outcome.ok && fields.length > 0
      ? [{ ...source, described: outcome.evidence, mapping: mapSource(fields) }]
      : [];
  });
}

async function findValues(context: Context, gathered: Gathered, sources: LogSource[]): Promise<void> {
  const { subject } = gathered;
  const seeds = seedsOf(subject);
  const values = [...new Set(seeds.flatMap(formsOf))];
  if (values.length === 0) {
    gathered.gaps.push({
      text: 'The alert names nobody and nothing to look for (no user, key, address, host or resource).',
      evidence: [],
      blocks: true,
    });
    return;
  }
  const outcomes = await asked(
    context,
    gathered.steps,
    sources.map((source) => [`Where the alert's values occur in ${source.name}`, presence(source, values)]),
  );
  const rest: LogSource[] = [];
  outcomes.forEach((outcome, index) => {
    const source = sources[index] as LogSource; // one answer per source asked
    noteFailure(gathered, outcome, true);
    const found = foundIn(outcome);
    gathered.presence.push({ source, evidence: outcome.evidence, found });
    if (outcome.ok && found.length === 0) rest.push(source);
  });
  // Values that no mapped field holds may still be anywhere in the event, but only words long enough to mean something.
  const words = values.filter((value) => value.length >= 5).slice(0, 12);
  if (rest.length > 0 && words.length > 0) {
    const texts = await asked(
      context,
      gathered.steps,
      rest.map((source) => [`Whether they occur anywhere in the events of ${source.name}`, mentions(source, words)]),
    );
    texts.forEach((outcome, index) => {
      const source = rest[index] as LogSource; // one answer per source asked
      noteFailure(gathered, outcome, false);
      const found = foundIn(outcome).map((hit) => ({ ...hit, as: 'text' }));
      if (found.length === 0) return;
      gathered.presence.push({ source, evidence: outcome.evidence, found });
    });
  }
  const seen = new Set(gathered.presence.flatMap(({ found }) => found.map(({ value }) => value)));
  gathered.absent = seeds.filter((seed) => !formsOf(seed).some((form) => seen.has(form)));
}

const foundIn = (outcome: Outcome): Gathered['presence'][number]['found'] =>
  (outcome.table?.rows ?? [])
    .map((row) => ({
      value: text(row, 'value'),
      as: text(row, 'found_as'),
      n: num(row, 'n'),
      first: readTime(row.first),
      last: readTime(row.last),
    }))
    .filter(({ n }) => n > 0);

/** Asks in one batch and keeps each answer with the reason it was asked for. */
export async function asked(
  context: Context,
  steps: Step[],
  list: ([string, string, Record<string, unknown>] | [string, Asked])[],
): Promise<Outcome[]> {
  const calls = list.map((item) => (item.length === 3 ? { name: item[1], args: item[2] } : item[1]));
  const outcomes = await context.callAll(calls);
  outcomes.forEach((outcome, index) => {
    steps.push({ purpose: list[index]?.[0] ?? '', outcome });
  });
  return outcomes;
}

/** A call that failed, or whose result was cut, is a gap of the investigation. */
export function noteFailure(gathered: Gathered, outcome: Outcome, blocks: boolean): void {
  if (!outcome.ok)
    gathered.gaps.push({ text: `A call failed: ${outcome.name}.`, evidence: [outcome.evidence], blocks });
  else if (outcome.table?.truncated)
    gathered.gaps.push({
      text: 'A result was cut at its size limit: there is more than it shows.',
      evidence: [outcome.evidence],
      blocks,
    });
}

function readCases(outcome: Outcome): PastCase[] {
  const cases = Array.isArray(outcome.structured.cases) ? outcome.structured.cases.filter(isObject) : [];
  return cases.map((row) => ({
    codename: String(row.codename ?? ''),
    title: String(row.title ?? ''),
    status: String(row.status ?? ''),
    classification: typeof row.classification === 'string' ? row.classification : null,
    approved: row.status === 'approved' || typeof row.approvedAt === 'string',
    matched: Array.isArray(row.matchedEntities)
      ? row.matchedEntities.map((entity) => (isObject(entity) ? String(entity.value) : String(entity)))
      : [],
    evidence: outcome.evidence,
  }));
}

function readAlerts(outcome: Outcome, caseFile: CaseFile): Gathered['relatedAlerts'] {
  const own = new Set(caseFile.alerts.map((alert) => alert.id));
  const alerts = Array.isArray(outcome.structured.alerts) ? outcome.structured.alerts.filter(isObject) : [];
  return alerts
    .filter((row) => !own.has(String(row.id)))
    .map((row) => ({
      title: String(row.title ?? ''),
      severity: String(row.severity ?? ''),
      occurredAt: String(row.occurredAt ?? ''),
      evidence: outcome.evidence,
    }));
}

/** Says when the alert's time lies outside what the sources cover. */
export function outsideData(source: LogSource, at: number | null): string | null {
  if (at === null || source.from === null || source.to === null) return null;
  if (at >= source.from - DAY && at <= source.to + DAY) return null;
  return `The alert's time (${clock(at)}) is outside what ${code(source.name)} covers (${clock(source.from)} – ${clock(source.to)}); the activity nearest to it was examined.`;
}
