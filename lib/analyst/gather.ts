import type { CaseFile } from '../model/model';
import { joined } from '../text/phrases';
import { asked, noteFailure, type Question } from './ask-sources';
import type { Gap, Gathered, PastCase, SourceCase } from './case';
import { text } from './case';
import { chooseSources, covers } from './choose-sources';
import type { Coaching } from './coaching';
import { tellingAddresses } from './find-actors';
import { findConnections } from './find-connections';
import { findLeads, meantByRule } from './find-leads';
import { findLogStops } from './find-log-stops';
import { findResets } from './find-resets';
import { secondFactors } from './find-second-factor';
import { findValues, type Hit } from './find-values';
import { followAccess, isUsualAct, usedAccess } from './follow-access';
import { applicationContext, followApplications } from './follow-applications';
import { followContacts } from './follow-contacts';
import { findIssuers } from './follow-issuers';
import { followMachines } from './follow-machines';
import { followMakers, makerContext } from './follow-makers';
import { followPipelines } from './follow-pipelines';
import { followRequests } from './follow-requests';
import { gatherSource } from './gather-source';
import { noticeContext } from './notice-context';
import type { LogSource } from './queries';
import { prose } from './report/escape';
import { type Context, isObject, type Outcome, together } from './script';
import type { Detections } from './sigma/load-rules';
import { formsOf, readSubject, type Seed, type Subject, seedsOf } from './subject';

/** More distinct values than this are not followed into the other sources. */
const MOST_PIVOTS = 30;

/** Collects what there is to know: past cases, alerts, sources, then every source in which the case's values occur. */
export async function gather(
  context: Context,
  caseFile: CaseFile,
  coaching: Coaching,
  detections: Detections,
): Promise<Gathered> {
  const subject = readSubject(caseFile);
  const gathered = nothingYet(subject, detections);
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
  const unusable = detections.problems.map((problem) => prose(problem.split(':')[0], 80));
  if (unusable.length > 0)
    gathered.gaps.push({
      text: `Detection rules can't be used and were left out, of ${joined([...new Set(unusable)].slice(0, 3))}.`,
      evidence: [],
      blocks: true,
    });
  const unread = unreadAlerts(caseFile);
  if (unread) gathered.gaps.push(unread);
  if (gathered.notCovered !== null) return gathered;
  const hits = hitsBySource(gathered.presence, subject);
  if (seeds.length > 0) for (const [source, meant] of await meantByRule(context, gathered)) hits.set(source, meant);
  await gatherSources(context, gathered, hits.size > 0 ? hits : await leads(context, gathered, seeds), coaching);
  await followEntities(context, gathered, coaching);
  await widenByMachines(context, gathered, coaching);
  await widenByRequests(context, gathered, coaching);
  await widenByIssuers(context, gathered, coaching);
  await gatherSources(context, gathered, await followPipelines(context, gathered), coaching);
  await followAccess(context, gathered);
  await widenByAccess(context, gathered, coaching);
  await followContacts(context, gathered);
  await findResets(context, gathered);
  await followMakers(context, gathered);
  await followApplications(context, gathered);
  gathered.context = [
    ...(await secondFactors(context, gathered)),
    ...(await findLogStops(context, gathered)),
    ...(await findConnections(context, gathered)),
    ...gathered.cases.flatMap(makerContext),
    ...gathered.cases.flatMap(applicationContext),
    ...noticeContext(gathered),
  ];
  return gathered;
}

/** A large case has alerts that were not given; those of a kind that no given one has may be about something else. */
function unreadAlerts({ alerts, otherAlerts = [] }: CaseFile): Gap | null {
  if (otherAlerts.length === 0) return null;
  const given = new Set(alerts.map(({ title }) => title));
  const kinds = otherAlerts.slice(0, 3).map(({ title }) => `"${prose(title, 80)}"`);
  const all = otherAlerts.length > kinds.length ? [...kinds, 'others'] : kinds;
  return {
    text: `Only the most severe alerts of this case were read. Left out: further alerts titled ${joined(all)}.`,
    evidence: [],
    blocks: otherAlerts.some(({ title }) => !given.has(title)),
  };
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
  gathered.pastCases = readCases(cases as Outcome, values); // one answer per question
  gathered.relatedAlerts = readAlerts(alerts as Outcome, caseFile, values);
  for (const outcome of [cases, alerts, sources] as Outcome[])
    noteFailure(gathered, outcome, outcome.name.startsWith('logs'));
  return sources as Outcome;
}

const nothingYet = (subject: Subject, detections: Detections): Gathered => ({
  subject,
  detections,
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
  newAccess: [],
  requests: [],
  contacts: [],
});

const NO_DETECTIONS: Detections = { rules: new Map(), correlations: [], problems: [] };

/** Where values occur in the logs, and nothing more. */
export async function locate(context: Context, subject: Subject): Promise<Gathered> {
  const gathered = nothingYet(subject, NO_DETECTIONS);
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

function hitsBySource(presence: Gathered['presence'], { reached }: Subject): Map<LogSource, Hit[]> {
  const hits = new Map<LogSource, Hit[]>();
  const isActor = ({ as }: Hit): boolean => as !== 'target' && as !== 'text';
  const isKnown = presence.some(({ found }) => found.some((hit) => isActor(hit) && !reached.has(hit.value)));
  // What was connected to is followed where nobody is known who connected, and then as that.
  const isMeant = (hit: Hit): boolean => !reached.has(hit.value) || (!isKnown && !isActor(hit));
  for (const { source, found } of presence) {
    const meant = found.filter(isMeant);
    if (meant.length > 0) hits.set(source, [...(hits.get(source) ?? []), ...meant]);
  }
  return hits;
}

/** An alert that names nobody is followed by its rule; one whose names are in no log is not about whoever else was active. */
const leads = (context: Context, gathered: Gathered, seeds: Seed[]): Promise<Map<LogSource, Hit[]>> =>
  seeds.length === 0 ? findLeads(context, gathered) : Promise.resolve(new Map());

async function gatherSources(
  context: Context,
  gathered: Gathered,
  hits: Map<LogSource, Hit[]>,
  coaching: Coaching,
): Promise<void> {
  const wanted = [...hits].filter(
    ([source]) => covers(source, gathered.subject.at) && !gathered.cases.some((item) => item.source === source),
  );
  const results = await together(
    wanted.map(
      ([source, found]) =>
        () =>
          gatherSource(context, gathered, source, found, coaching),
    ),
  );
  gathered.cases.push(...results.filter((result) => result !== null));
}

/**
 * The identities, keys and addresses that were found, looked for in every source that they are not from, and what they did there.
 * A source whose case they widen is gathered again with them.
 */
async function followEntities(context: Context, gathered: Gathered, coaching: Coaching): Promise<void> {
  const known = new Set(seedsOf(gathered.subject).flatMap(formsOf));
  const pivots = gathered.cases.flatMap((item) =>
    [...pivotsOf(item, gathered.subject.at), ...equippedBy(item, gathered.detections)].map((seed) => ({
      seed,
      from: item.source,
    })),
  );
  const fresh = pivots.filter(({ seed }) => !formsOf(seed).some((form) => known.has(form)));
  const isIn = (seed: Seed, source: LogSource): boolean =>
    fresh.some(({ seed: other, from }) => from === source && other.value.toLowerCase() === seed.value.toLowerCase());
  const distinct = [...new Map(fresh.map(({ seed }) => [seed.value.toLowerCase(), seed])).values()].slice(
    0,
    MOST_PIVOTS,
  );
  const targets = gathered.sources
    .map((source) => ({ source, seeds: distinct.filter((seed) => !isIn(seed, source)) }))
    .filter(({ seeds }) => seeds.length > 0);
  if (targets.length === 0) return;
  context.stage(
    `Following what was found into ${targets.length === 1 ? targets[0]?.source.name : `${targets.length} other sources`}`,
  );
  const before = gathered.presence.length;
  const question = 'Do the identities, keys and addresses found occur here too?';
  await together(
    targets.map(
      ({ source, seeds }) =>
        () =>
          findValues(context, gathered, [source], seeds, question),
    ),
  );
  const earlier = hitsBySource(gathered.presence.slice(0, before), gathered.subject);
  const found = hitsBySource(gathered.presence.slice(before), gathered.subject);
  // As a target or somewhere in the text alone it widens no case that is there.
  const widened = new Map(
    [...found].filter(([source, hits]) => {
      const there = gathered.cases.some((item) => item.source === source);
      return !there || hits.some(({ as }) => as !== 'target' && as !== 'text');
    }),
  );
  for (const [source, hits] of widened) widened.set(source, [...(earlier.get(source) ?? []), ...hits]);
  const others = gathered.cases.filter(({ source }) => !widened.has(source));
  const old = gathered.cases;
  gathered.cases = others;
  await gatherSources(context, gathered, widened, coaching);
  // A source that gives nothing with them keeps what it gave without.
  gathered.cases.push(...old.filter(({ source }) => !gathered.cases.some((item) => item.source === source)));
}

/** Gathers a source again with whoever made the accounts and keys that are new in it. */
async function widenByIssuers(context: Context, gathered: Gathered, coaching: Coaching): Promise<void> {
  const all = hitsBySource(gathered.presence, gathered.subject);
  for (const there of [...gathered.cases]) {
    const found = await findIssuers(context, gathered, there);
    if (found.length > 0)
      await gatherAgain(context, gathered, there, [...(all.get(there.source) ?? []), ...found], coaching);
  }
}

/** Gathers a source again with those who used what the case had made there. */
async function widenByAccess(context: Context, gathered: Gathered, coaching: Coaching): Promise<void> {
  const all = hitsBySource(gathered.presence, gathered.subject);
  for (const access of gathered.newAccess) {
    const values = usedAccess(access);
    const there = gathered.cases.find(({ source }) => source === access.source);
    const isNew = access.uses.some(({ row }) => !there?.primary.includes(text(row, 'principal')));
    if (values.length === 0 || !there || !isNew) continue;
    const used = values.map((value): Hit => ({ value, as: 'login', n: 1, first: null, last: null }));
    await gatherAgain(context, gathered, there, [...(all.get(access.source) ?? []), ...used], coaching);
  }
}

/** Gathers a source again with the other machines that the same was pushed to, and whoever pushed it. */
async function widenByMachines(context: Context, gathered: Gathered, coaching: Coaching): Promise<void> {
  const all = hitsBySource(gathered.presence, gathered.subject);
  for (const there of [...gathered.cases]) {
    const found = await followMachines(context, gathered, there);
    if (found.length === 0) continue;
    const { elsewhere, policies } = there;
    await gatherAgain(context, gathered, there, [...(all.get(there.source) ?? []), ...found], coaching);
    const widened = gathered.cases.find(({ source }) => source === there.source);
    Object.assign(widened ?? there, { elsewhere, policies });
  }
}

/** Gathers the log of a web server for whoever made it run commands. */
async function widenByRequests(context: Context, gathered: Gathered, coaching: Coaching): Promise<void> {
  for (const [source, hits] of await followRequests(context, gathered)) {
    const there = gathered.cases.find((item) => item.source === source);
    if (there) await gatherAgain(context, gathered, there, hits, coaching);
    else await gatherSources(context, gathered, new Map([[source, hits]]), coaching);
  }
}

/** A source once more, with its own identities and others; one that gives nothing with them keeps what it gave without. */
async function gatherAgain(
  context: Context,
  gathered: Gathered,
  there: SourceCase,
  hits: Hit[],
  coaching: Coaching,
): Promise<void> {
  const own = there.primary.map(
    (value): Hit => ({ value: value.toLowerCase(), as: 'actor', n: 1, first: null, last: null }),
  );
  gathered.cases = gathered.cases.filter((item) => item !== there);
  await gatherSources(context, gathered, new Map([[there.source, [...own, ...hits]]]), coaching);
  if (!gathered.cases.some(({ source }) => source === there.source)) gathered.cases.push(there);
}

/** What identifies the actors of a source: logins, keys and telling addresses of the primary identities. */
function pivotsOf({ who, primary, source }: SourceCase, at: number | null): Seed[] {
  const own = who.filter(({ row }) => primary.includes(text(row, 'principal')));
  const telling = new Set(tellingAddresses(who, primary, at));
  return own.flatMap(({ row }): Seed[] => {
    const [login, key, ip] = [text(row, 'login'), text(row, 'key'), text(row, 'ip')];
    return [
      ...(login.length > 2 ? [{ kind: login.includes('@') ? 'email' : 'user', value: login } as const] : []),
      ...(key.length > 7 && source.mapping.schema !== 'generic' ? [{ kind: 'access_key', value: key } as const] : []),
      ...(telling.has(ip) ? [{ kind: 'ip', value: ip } as const] : []),
    ];
  });
}

/** Accounts made, or given rights, by acts that are no habit: whatever they do elsewhere belongs to the case. */
function equippedBy(item: SourceCase, { rules }: Detections): Seed[] {
  const given = [...item.inside, ...item.outside].filter((fact) => {
    const { row } = fact;
    const rule = rules.get(text(row, 'rule'));
    const isGrave = (rule?.level === 'high' || rule?.level === 'critical') && !isUsualAct(item, fact);
    return isGrave && text(row, 'outcome') === 'ok' && rule.techniques.some((id) => /^T1(098|136)/.test(id));
  });
  const accounts = [...new Set(given.map(({ row }) => text(row, 'target')))].filter((target) => ACCOUNT.test(target));
  return accounts.slice(0, MOST_ACCOUNTS).map((value) => ({ kind: 'email', value }));
}

const MOST_ACCOUNTS = 5;
/** A mail address names an account in every source; a bare name may be anything. */
const ACCOUNT = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/** `values`: what the alert names. A shared account doesn't count: it matches every case of the organization. */
function readCases(outcome: Outcome, values: string[]): PastCase[] {
  const wanted = new Set(values.map((value) => value.toLowerCase()));
  const cases = Array.isArray(outcome.structured.cases) ? outcome.structured.cases.filter(isObject) : [];
  return cases.map((row) => ({
    codename: String(row.codename ?? ''),
    title: String(row.title ?? ''),
    status: String(row.status ?? ''),
    classification: typeof row.classification === 'string' ? row.classification : null,
    approved: row.status === 'approved' || typeof row.approvedAt === 'string',
    matched: Array.isArray(row.matchedEntities)
      ? row.matchedEntities
          .map((entity) => (isObject(entity) ? String(entity.value) : String(entity)))
          .filter((value) => wanted.has(value.toLowerCase()))
      : [],
    evidence: outcome.evidence,
  }));
}

function readAlerts(outcome: Outcome, caseFile: CaseFile, values: string[]): Gathered['relatedAlerts'] {
  const own = new Set(caseFile.alerts.map((alert) => alert.id));
  const wanted = new Set(values.map((value) => value.toLowerCase()));
  const alerts = Array.isArray(outcome.structured.alerts) ? outcome.structured.alerts.filter(isObject) : [];
  return alerts
    .filter((row) => !own.has(String(row.id)))
    .map((row) => ({
      title: String(row.title ?? ''),
      occurredAt: String(row.occurredAt ?? ''),
      isOpen: row.status !== 'closed',
      matched: (Array.isArray(row.entities) ? row.entities.filter(isObject) : [])
        .map(({ value }) => String(value))
        .filter((value) => wanted.has(value.toLowerCase())),
      evidence: outcome.evidence,
    }));
}
