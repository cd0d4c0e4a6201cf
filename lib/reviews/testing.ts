import { createHash } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import { severityRank } from '../alerts/schema';
import type { Actor } from '../auth/guard';
import { checkText } from '../checks/check-investigation';
import { findingKey, groupFindings } from '../checks/finding';
import { db } from '../db/client';
import { formatReport } from '../report/report';
import { type FrontMatter, SECTIONS } from '../report/schema';
import { decideReview, requireReview } from './decide-review';
import { submitReview } from './submit-review';

/** A report that is ready for review; `patch` changes its front matter, `summary` its first section. */
export function readyReport(
  patch: Partial<FrontMatter> = {},
  summary = 'A deployment key was used as planned.',
): string {
  const frontMatter: FrontMatter = {
    title: 'Console sign-in from a new country',
    codename: 'calm-brave-otter',
    alerts: ['guardduty:abc'],
    status: 'draft',
    classification: 'SUSPICIOUS',
    confidence: 90,
    severity: { original: 'high', assessed: 'low' },
    techniques: ['T1078'],
    entities: [{ kind: 'ip', value: '203.0.113.7' }],
    model: null,
    opened: '2026-01-02T03:04:05.000Z',
    updated: '2026-01-02T03:04:05.000Z',
    ...patch,
  };
  const body = SECTIONS.map(
    (name) =>
      `## ${name}\n\n${name === 'Executive Summary' ? summary : name === 'Threat Assessment' ? assessed(frontMatter.techniques) : `What is to say about it: ${name}.`}`,
  );
  return formatReport(frontMatter, `\n# ${frontMatter.title}\n\n${body.join('\n\n')}\n`);
}

const assessed = (techniques: string[]): string =>
  `What is to say about it: Threat Assessment. ${techniques.join(', ') || 'None'}.`;

/** An investigation with one alert and a draft, straight in the database. */
export async function testInvestigation(owner: Actor, markdown = readyReport()) {
  const [id, alertId] = [uuid(), uuid()];
  const name = `case-${id.slice(-12)}`;
  const userId = owner.id ?? '';
  await db().alert.create({
    data: {
      id: alertId,
      source: 'guardduty',
      sourceRef: name,
      title: `Alert of ${name}`,
      severity: severityRank('high'),
      status: 'open',
      occurredAt: new Date(),
      techniques: [],
      raw: {},
    },
  });
  await db().investigation.create({
    data: {
      id,
      codename: name,
      title: 'Console sign-in',
      path: `investigations/2026/01/02/sign-in.03h04.${name}.md`,
      severity: severityRank('high'),
      techniques: [],
      openedById: userId,
      alerts: { create: { alertId } },
      draft: { create: { markdown, version: 1, humanTouched: true, updatedById: userId } },
      draftVersions: { create: { version: 1, markdown, author: 'human', userId } },
    },
  });
  return { id, alertId, codename: name, path: `investigations/2026/01/02/sign-in.03h04.${name}.md` };
}

/** The next draft version, as a person saves it. */
export async function editDraft(person: Actor, investigationId: string, markdown: string): Promise<number> {
  const { version } = await db().draft.update({
    where: { investigationId },
    data: { markdown, version: { increment: 1 }, updatedById: person.id },
  });
  await db().draftVersion.create({ data: { investigationId, version, markdown, author: 'human', userId: person.id } });
  return version;
}

/** A revision approved by a reviewer, with the order to publish it: what decideReview leaves behind. */
export async function approvedRevision(
  author: Actor,
  reviewer: Actor,
  investigationId: string,
  markdown: string,
  number = 1,
) {
  const id = uuid();
  const now = new Date();
  await db().$transaction([
    db().revision.create({
      data: {
        id,
        investigationId,
        number,
        markdown,
        draftVersion: number,
        authorId: author.id ?? '',
        contentHash: createHash('sha256').update(markdown).digest('hex'),
        createdAt: now,
        approvedAt: now,
      },
    }),
    db().review.create({
      data: {
        id: uuid(),
        investigationId,
        revisionId: id,
        status: 'approved',
        submittedById: author.id ?? '',
        decidedById: reviewer.id,
        decidedAt: now,
      },
    }),
    db().outbox.create({ data: { kind: 'publish_revision', payload: { revisionId: id, investigationId } } }),
  ]);
  return id;
}

/** Cases that went the whole way: submitted by the author, approved by the reviewer, about to be published. */
export async function approveCases(author: Actor, reviewer: Actor, count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    const { id } = await testInvestigation(author, readyReport({}, `Case ${n}.`));
    const review = await submitReview(author, id);
    const overrides = await overrideAll(review.id);
    await decideReview(reviewer, review.id, { decision: 'approve', revision: review.revision.id, overrides });
  }
}

/** A reason for every error that the checks find in a review's text, for tests that are about something else. */
export async function overrideAll(reviewId: string): Promise<{ findings: string[]; reason: string }[]> {
  const { investigationId, revision } = await requireReview(db(), reviewId);
  const errors = (await checkText(db(), investigationId, revision.markdown)).filter(
    ({ severity }) => severity === 'error',
  );
  return groupFindings(errors).map((group, at) => ({
    findings: group.map(findingKey),
    reason: `Checks are not what is tested, number ${at + 1}.`,
  }));
}
