import { randomBytes } from 'node:crypto';
import { getAlert } from '../alerts/list-alerts';
import type { Entity } from '../alerts/schema';
import { SYSTEM } from '../auth/guard';
import { db } from '../db/client';
import { readHumanLines } from '../drafts/human-words';
import { trustLines } from '../entities/trust-lines';
import { AppError } from '../errors/app-error';
import { MOST_SEVERE_FIRST } from '../investigations/case-alerts';
import type { CaseFile } from '../model/model';
import { publicLists } from '../public-lists/match';
import { isEmptyReport, newReport } from '../report/template';
import { loadRunbooks } from '../runbooks/load-runbooks';
import { matchRunbooks } from '../runbooks/match-runbooks';
import { MAX_ENTITIES } from '../runbooks/read-matching';
import { loadKnownSecrets } from '../secrets/load-secrets';
import { maskSecrets, maskSecretsIn } from '../secrets/mask-secrets';
import { readStoreFile } from '../store/read-store-file';
import { shippedText } from '../store/shipped';
import { readCaseMemory } from './case-memory';
import { casePrompt, NO_PRECEDENTS, systemPrompt, taskPrompt } from './context';
import type { ClaimedRun } from './lease';
import type { Progress } from './progress';

/** Alerts whose documents are given, the most severe; of the others of a large case it is told what they are and how many. */
const ALERTS = 50;
/** Kinds of the others that are told apart. */
const OTHER_ALERTS = 30;

/** Reads everything a run starts from, once. @throws AppError not_found when the investigation has no draft. */
export async function startProgress(run: ClaimedRun): Promise<Progress> {
  const { investigationId, withoutPrecedents } = run;
  await loadKnownSecrets(); // to be masked in whatever follows
  const [draft, memory, method, template] = await Promise.all([
    db().draft.findUnique({ where: { investigationId } }),
    readCaseMemory(investigationId, run.id),
    storeText('CLAUDE.md'),
    teamTemplate(),
  ]);
  if (!draft) throw new AppError('not_found', 'The investigation has no draft.');
  const caseFile = await readCaseFile(run, draft.markdown);
  const humanLines =
    draft.humanTouched && !withoutPrecedents ? await readHumanLines(investigationId, draft.version) : [];
  const boundary = randomBytes(9).toString('hex');
  // A coaching run on a text that is there is offered as changes; only a first text becomes the draft itself.
  const direct = !draft.humanTouched && (run.kind === 'investigate' || isEmptyReport(draft.markdown));
  return {
    context: {
      system: systemPrompt(maskSecrets(method), maskSecrets(template)),
      prompt: casePrompt(caseFile, boundary, { humanLines, ...(withoutPrecedents ? {} : { memory }) }),
      task: [taskPrompt(caseFile, boundary), ...(withoutPrecedents ? [NO_PRECEDENTS] : [])].join('\n\n'),
      humanLines,
      caseFile,
      boundary,
    },
    baseVersion: draft.version,
    baseMarkdown: caseFile.markdown,
    markdown: caseFile.markdown,
    target: withoutPrecedents ? 'none' : direct ? 'draft' : 'proposal',
    elapsedMs: 0,
    suspensions: 0,
    turnBase: 0,
  };
}

/** The case as any model is given it. Without precedents it begins again: what stands in the report, or was said before, may rest on them. */
async function readCaseFile(run: ClaimedRun, draft: string): Promise<CaseFile> {
  const { investigationId, withoutPrecedents } = run;
  const [investigation, linked, earlier, { runbooks }] = await Promise.all([
    db().investigation.findUniqueOrThrow({
      where: { id: investigationId },
      include: { entities: { select: { entity: { select: { value: true } } }, take: MAX_ENTITIES } },
    }),
    linkedAlerts(investigationId),
    withoutPrecedents ? [] : readEarlier(investigationId, run.id),
    loadRunbooks(),
  ]);
  const alerts = await Promise.all(linked.given.map((alertId) => getAlert(SYSTEM, alertId)));
  const { id, codename, title, openedAt } = investigation;
  return {
    investigation: { id, codename, title, openedAt: openedAt.toISOString() },
    alerts: maskSecretsIn(alerts.sort((a, b) => a.occurredAt.localeCompare(b.occurredAt))),
    ...(linked.others.length > 0 ? { otherAlerts: maskSecretsIn(linked.others) } : {}),
    markdown: withoutPrecedents ? newReport(alerts, codename, openedAt) : draft,
    kind: run.kind,
    instruction: run.instruction,
    coaching: run.coaching,
    quote: run.quote,
    fresh: run.fresh,
    earlierEvidence: earlier,
    trust: maskSecretsIn(await trustLines(alerts.flatMap(({ entities }) => entities))),
    publicLists: onPublicLists(alerts.flatMap(({ entities }) => entities)),
    runbooks: maskSecretsIn(
      matchRunbooks(runbooks, {
        alerts,
        techniques: investigation.techniques,
        entities: investigation.entities.map(({ entity }) => entity.value),
      }),
    ),
    now: new Date().toISOString(),
  };
}

/** The newest records of earlier runs, in their order. */
async function readEarlier(investigationId: string, runId: string): Promise<CaseFile['earlierEvidence']> {
  const found = await db().evidence.findMany({
    where: { investigationId, runId: { not: runId } },
    select: { number: true, server: true, tool: true, args: true, status: true, rows: true, question: true },
    orderBy: { number: 'desc' },
    take: 200,
  });
  return found.reverse();
}

/** More says nothing that an investigator keeps in mind. */
const MAX_LISTED = 30;

/** Each entity once, those that a list has. */
function onPublicLists(entities: readonly Entity[]): NonNullable<CaseFile['publicLists']> {
  const each = new Map(entities.map(({ kind, value }) => [`${kind} ${value}`, { kind, value }]));
  return [...each.values()]
    .map((entity) => ({ ...entity, lists: publicLists(entity) }))
    .filter(({ lists }) => lists.length > 0)
    .slice(0, MAX_LISTED);
}

/** A file of the method as the store's branch has it now, so that a reviewed commit counts at once; else as new stores have it. */
async function storeText(file: string): Promise<string> {
  return (await readStoreFile(file)) ?? (await shippedText(file)) ?? '';
}

/** The team's template where they changed it: as shipped, it says nothing that the method doesn't. */
async function teamTemplate(): Promise<string> {
  const file = 'templates/investigation.md';
  const own = await readStoreFile(file);
  return own === null || own.trim() === (await shippedText(file))?.trim() ? '' : own;
}

/** The alerts of a case that a run is given, the most severe first, and what the others are. */
async function linkedAlerts(
  investigationId: string,
): Promise<{ given: string[]; others: NonNullable<CaseFile['otherAlerts']> }> {
  const rows = await db().alert.findMany({
    where: { investigations: { some: { investigationId } } },
    select: { id: true, title: true, occurredAt: true },
    orderBy: MOST_SEVERE_FIRST,
  });
  const kinds = new Map<string, { title: string; count: number; first: string; last: string }>();
  for (const { title, occurredAt } of rows.slice(ALERTS)) {
    const at = occurredAt.toISOString();
    const kind = kinds.get(title) ?? { title, count: 0, first: at, last: at };
    kind.count += 1;
    if (at < kind.first) kind.first = at;
    if (at > kind.last) kind.last = at;
    kinds.set(title, kind);
  }
  return {
    given: rows.slice(0, ALERTS).map(({ id }) => id),
    others: [...kinds.values()].sort((a, b) => b.count - a.count).slice(0, OTHER_ALERTS),
  };
}
