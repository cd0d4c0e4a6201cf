import { createHash } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import { getAlert } from '../alerts/list-alerts';
import { severityRank } from '../alerts/schema';
import { SYSTEM } from '../auth/guard';
import type { Tx } from '../db/client';
import { newCodename } from '../investigations/codename';
import { indexInvestigation } from '../investigations/index-investigation';
import { investigationPath } from '../investigations/slug';
import { caseDigest } from '../report/case-digest';
import { parseReport, patchFrontMatter, writeSection } from '../report/report';
import type { SectionName } from '../report/schema';
import { highestSeverity, investigationTitle, newReport } from '../report/template';
import type { LogEvent, Story } from '../scenarios/event';
import { hashOf } from '../text/canonical-json';
import { type PastEvidence, type PastFacts, pastFacts } from './past-evidence';
import { pastSections } from './past-report';

/** Who wrote and approved the past cases: deactivated, so that nobody signs in as them. */
export const SAMPLE_PEOPLE = [
  { id: 'sample-analyst', name: 'Sample Analyst', email: 'analyst@sample.invalid', role: 'analyst' },
  { id: 'sample-reviewer', name: 'Sample Reviewer', email: 'reviewer@sample.invalid', role: 'reviewer' },
] as const;
const [ANALYST, REVIEWER] = SAMPLE_PEOPLE;

const HOUR_MS = 3_600_000;
const DISPOSITIONS = { BENIGN: 'false_positive', MALICIOUS: 'true_positive' } as const;

export async function addSamplePeople(tx: Tx): Promise<void> {
  const disabledAt = new Date();
  await tx.user.createMany({ data: SAMPLE_PEOPLE.map((person) => ({ ...person, disabledAt })), skipDuplicates: true });
}

/**
 * An approved case about a story of earlier weeks, with the evidence that its text cites. It is not published to the store.
 * @param events all records of the demo's logs, oldest first
 */
export async function addPastCase(
  tx: Tx,
  story: Story,
  { alertIds, events }: { alertIds: string[]; events: readonly LogEvent[] },
): Promise<void> {
  const alerts = await Promise.all(alertIds.map((id) => getAlert(SYSTEM, id)));
  const [first] = alerts;
  if (!first) return;
  const openedAt = new Date(new Date(first.occurredAt).getTime() + HOUR_MS);
  const approvedAt = new Date(openedAt.getTime() + 3 * HOUR_MS);
  const codename = await newCodename(tx);
  const title = investigationTitle(alerts);
  const facts = pastFacts(story, first, events);
  const markdown = reportOf(story, newReport(alerts, codename, openedAt), facts, approvedAt);
  const id = uuid();
  await tx.investigation.create({
    data: {
      id,
      codename,
      title,
      path: investigationPath(openedAt, title, codename),
      status: 'approved',
      openedById: ANALYST.id,
      openedAt,
      updatedAt: approvedAt,
      approvedAt,
      severity: severityRank(highestSeverity(alerts)),
      sample: true,
      alerts: { create: alertIds.map((alertId) => ({ alertId })) },
      draft: { create: { markdown, version: 1, humanTouched: true, updatedById: ANALYST.id, updatedAt: openedAt } },
      draftVersions: { create: { version: 1, markdown, author: 'human', userId: ANALYST.id, createdAt: openedAt } },
    },
  });
  await addRun(tx, id, facts, openedAt);
  await approve(tx, { id, markdown, openedAt, approvedAt });
  await tx.alert.updateMany({
    where: { id: { in: alertIds } },
    data: { status: 'closed', closedAt: approvedAt, disposition: DISPOSITIONS[story.verdict], receivedAt: openedAt },
  });
  await indexInvestigation(tx, id);
  const decision = { at: approvedAt, what: 'approved', who: `${REVIEWER.name} <${REVIEWER.email}>`, note: null };
  await tx.investigation.update({
    where: { id },
    data: { digest: caseDigest(markdown, [decision]), updatedAt: approvedAt },
  });
}

/** The run that is said to have written the report, with the evidence that its text cites. */
async function addRun(tx: Tx, investigationId: string, facts: PastFacts, at: Date): Promise<void> {
  const runId = uuid();
  await tx.run.create({
    data: {
      id: runId,
      investigationId,
      kind: 'investigate',
      model: 'demo',
      modelLabel: 'written for the demo',
      status: 'succeeded',
      requestedById: ANALYST.id,
      createdAt: at,
      startedAt: at,
      finishedAt: at,
    },
  });
  const records = [facts.around, facts.earlier].map((one, index) => evidenceRow(one, index + 1));
  await tx.evidence.createMany({
    data: records.map((one) => ({ ...one, investigationId, runId, startedAt: at })),
  });
}

function evidenceRow({ question, args, text, structured }: PastEvidence, number: number) {
  return {
    id: uuid(),
    number,
    callId: `demo-${number}`,
    server: 'logs',
    tool: 'query',
    question,
    args,
    argsHash: hashOf(args),
    timeFrom: new Date(args.from),
    timeTo: new Date(args.to),
    durationMs: 40,
    status: 'ok' as const,
    rows: structured.rowCount,
    bytes: text.length,
    sha256: createHash('sha256').update(text).digest('hex'),
    result: { text, structured },
  };
}

async function approve(
  tx: Tx,
  { id, markdown, openedAt, approvedAt }: { id: string; markdown: string; openedAt: Date; approvedAt: Date },
): Promise<void> {
  const revisionId = uuid();
  await tx.revision.create({
    data: {
      id: revisionId,
      investigationId: id,
      number: 1,
      markdown,
      contentHash: createHash('sha256').update(markdown).digest('hex'),
      draftVersion: 1,
      authorId: ANALYST.id,
      createdAt: openedAt,
      approvedAt,
    },
  });
  await tx.review.create({
    data: {
      id: uuid(),
      investigationId: id,
      revisionId,
      status: 'approved',
      submittedById: ANALYST.id,
      submittedAt: openedAt,
      decidedById: REVIEWER.id,
      decidedAt: approvedAt,
    },
  });
}

function reportOf(story: Story, empty: string, facts: PastFacts, approvedAt: Date): string {
  // What was ordinary work is no technique.
  const techniques = story.verdict === 'BENIGN' ? [] : (parseReport(empty).frontMatter?.techniques ?? []);
  const sections = Object.entries(pastSections(story, facts, techniques)) as [SectionName, string][]; // all of them
  const text = sections.reduce((markdown, [name, section]) => writeSection(markdown, name, section), empty);
  return patchFrontMatter(text, {
    status: 'approved',
    classification: story.verdict,
    confidence: 90,
    assessment: 'set',
    techniques,
    updated: approvedAt.toISOString(),
  });
}
