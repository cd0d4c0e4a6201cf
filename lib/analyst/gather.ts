import type { CaseFile } from '../model/model';
import { asked, noteFailure, type Question } from './ask-sources';
import type { Gathered, PastCase, SourceCase } from './case';
import { text } from './case';
import { chooseSources, covers } from './choose-sources';
import type { Coaching } from './coaching';
import { findValues, type Hit } from './find-values';
import { gatherSource, isAddress } from './gather-source';
import { noticeContext } from './notice-context';
import type { LogSource } from './queries';
import { type Context, isObject, type Outcome } from './script';
import { formsOf, readSubject, type Seed, type Subject, seedsOf } from './subject';

/** More distinct values than this are not followed into the other sources. */
const MOST_PIVOTS = 30;

/** Collects what there is to know: past cases, alerts, sources, then every source in which the case's values occur. */
export async function gather(context: Context, caseFile: CaseFile, coaching: Coaching): Promise<Gathered> {
  const subject = readSubject(caseFile);
  const gathered = nothingYet(subject);
  const listed = await gatherContext(context, caseFile, gathered);
  const sources = await chooseSources(context, gathered, listed);
  if (sources.length === 0) return gathered;

  context.stage(
    `Looking for the values of the alert in ${sources.length === 1 ? '1 log source' : `${sources.length} log sources`}`,
  );
  const seeds = seedsOf(subject);
  const { absent, evidence } = await findValues(
    context,
    gathered,
    sources,
    seeds,
    'Where do the values of the alert occur?',
  );
  gathered.absent = absent;
  gathered.absentEvidence = evidence;
  if (seeds.length === 0)
    gathered.gaps.push({
      text: 'The alert names no user, key, address, host or resource to look for.',
      evidence: Object.values(gathered.alertEvidence).slice(0, 1),
      blocks: true,
    });
  if (gathered.notCovered !== null) return gathered;
  await gatherSources(context, gathered, hitsBySource(gathered), coaching);
  await followEntities(context, gathered, coaching);
  gathered.context = noticeContext(gathered);
  return gathered;
}

/** Past cases, related alerts and the alerts themselves; returns the listing of the log sources. */
async function gatherContext(context: Context, caseFile: CaseFile, gathered: Gathered): Promise<Outcome> {
  const values = seedsOf(gathered.subject)
    .map((seed) => seed.value.slice(0, 500))
    .slice(0, 30);
  // An alert that names nothing still has a rule whose other alerts may tell what it usually is.
  const related =
    values.length > 0
      ? { entities: values }
      : { query: (caseFile.alerts[0]?.title ?? caseFile.investigation.title).slice(0, 300) };
  const alike = values.length > 0 ? 'about the same entities' : 'with the same title';
  context.stage(`Looking for past cases and alerts ${alike}, and for logs to search`);
  const shown = caseFile.alerts.slice(0, 5);
  const [cases, alerts, sources, ...own] = await asked(context, gathered.steps, [
    [`Which past cases are ${alike}?`, 'socdown__search_cases', { ...related, limit: 10 }],
    [`Which other alerts are ${alike}?`, 'socdown__search_alerts', { ...related, limit: 25 }],
    ['Which log sources are there?', 'logs__list_sources', {}],
    ...shown.map((alert): Question => ['What does the alert say?', 'socdown__get_alert', { id: alert.id }]),
  ]);
  shown.forEach((alert, index) => {
    if (own[index]?.ok) gathered.alertEvidence[alert.id] = own[index].evidence;
  });
  gathered.pastCases = readCases(cases as Outcome); // one answer per question
  gathered.relatedAlerts = readAlerts(alerts as Outcome, caseFile);
  for (const outcome of [cases, alerts, sources] as Outcome[])
    noteFailure(gathered, outcome, outcome.name.startsWith('logs'));
  return sources as Outcome;
}

const nothingYet = (subject: Subject): Gathered => ({
  subject,
  presence: [],
  cases: [],
  sources: [],
  notCovered: null,
  pastCases: [],
  relatedAlerts: [],
  alertEvidence: {},
  steps: [],
  gaps: [],
  absent: [],
  absentEvidence: [],
  context: [],
});

/** Where values occur in the logs, and nothing more. */
export async function locate(context: Context, subject: Subject): Promise<Gathered> {
  const gathered = nothingYet(subject);
  const [listed] = await asked(context, gathered.steps, [['Which log sources are there?', 'logs__list_sources', {}]]);
  const sources = await chooseSources(context, gathered, listed as Outcome); // one answer per question
  const { absent, evidence } = await findValues(
    context,
    gathered,
    sources,
    seedsOf(subject),
    'Where do these names occur?',
  );
  gathered.absent = absent;
  gathered.absentEvidence = evidence;
  return gathered;
}

function hitsBySource(gathered: Gathered): Map<LogSource, Hit[]> {
  const hits = new Map<LogSource, Hit[]>();
  for (const { source, found } of gathered.presence)
    if (found.length > 0) hits.set(source, [...(hits.get(source) ?? []), ...found]);
  return hits;
}

async function gatherSources(
  context: Context,
  gathered: Gathered,
  hits: Map<LogSource, Hit[]>,
  coaching: Coaching,
): Promise<void> {
  for (const [source, found] of hits) {
    if (!covers(source, gathered.subject.at) || gathered.cases.some((item) => item.source === source)) continue;
    const result = await gatherSource(context, gathered, source, found, coaching);
    if (result) gathered.cases.push(result);
  }
}

/** The identities, keys and addresses that were found, looked for in every other source, and what they did there. */
async function followEntities(context: Context, gathered: Gathered, coaching: Coaching): Promise<void> {
  const rest = gathered.sources.filter((source) => !gathered.cases.some((item) => item.source === source));
  const known = new Set(seedsOf(gathered.subject).flatMap(formsOf));
  const pivots = gathered.cases.flatMap(pivotsOf).filter((seed) => !formsOf(seed).some((form) => known.has(form)));
  const distinct = [...new Map(pivots.map((seed) => [seed.value.toLowerCase(), seed])).values()].slice(0, MOST_PIVOTS);
  if (rest.length === 0 || distinct.length === 0) return;
  context.stage(`Following what was found into ${rest.length === 1 ? rest[0]?.name : `${rest.length} other sources`}`);
  const before = gathered.presence.length;
  await findValues(context, gathered, rest, distinct, 'Do the identities, keys and addresses found occur here too?');
  const hits = new Map<LogSource, Hit[]>();
  for (const { source, found } of gathered.presence.slice(before))
    if (found.length > 0) hits.set(source, [...(hits.get(source) ?? []), ...found]);
  await gatherSources(context, gathered, hits, coaching);
}

/** What identifies the actors of a source: logins, keys and addresses of the primary identities. */
function pivotsOf({ who, primary, source }: SourceCase): Seed[] {
  const own = who.filter(({ row }) => primary.includes(text(row, 'principal')));
  return own.flatMap(({ row }): Seed[] => {
    const [login, key, ip] = [text(row, 'login'), text(row, 'key'), text(row, 'ip')];
    return [
      ...(login.length > 2 ? [{ kind: login.includes('@') ? 'email' : 'user', value: login } as const] : []),
      ...(key.length > 7 && source.mapping.schema !== 'generic' ? [{ kind: 'access_key', value: key } as const] : []),
      ...(isAddress(ip) ? [{ kind: 'ip', value: ip } as const] : []),
    ];
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
