import { v7 as uuid } from 'uuid';
import { beforeAll, describe, expect, it } from 'vitest';
import { Severity } from '../alerts/schema';
import type { Actor } from '../auth/guard';
import { SYSTEM } from '../auth/guard';
import { testActor } from '../auth/testing';
import { db } from '../db/client';
import { testDatabase } from '../db/testing';
import { saveDraft } from '../drafts/save-draft';
import { getInvestigation } from '../investigations/get-investigation';
import { closeQueue } from '../jobs/queue';
import { precedentVerdict, relatedInvestigations } from '../library/related-investigations';
import { searchInvestigations } from '../library/search-investigations';
import { rememberSecret } from '../secrets/known-secrets';
import { addComment } from './add-comment';
import { decideReview } from './decide-review';
import { getReview } from './get-review';
import { listReviews } from './list-reviews';
import { requestReviewers } from './request-reviewers';
import { submitReview } from './submit-review';
import { editDraft, overrideAll, readyReport, testInvestigation } from './testing';

testDatabase();

let author: Actor;
let other: Actor;
let reviewer: Actor;
let lead: Actor;
beforeAll(async () => {
  [author, other] = [await testActor('analyst'), await testActor('analyst')];
  [reviewer, lead] = [await testActor('reviewer'), await testActor('lead')];
  return closeQueue;
});

const submitted = async () => {
  const investigation = await testInvestigation(author);
  const review = await submitReview(author, investigation.id);
  return { investigation, review, revision: review.revision.id };
};
const statusOf = async (id: string) => (await db().investigation.findUniqueOrThrow({ where: { id } })).status;

describe('submitting', () => {
  it('freezes the text; the draft may go on', async () => {
    const { investigation, review } = await submitted();
    expect(review).toMatchObject({ status: 'open', revision: { number: 1 }, submittedBy: { id: author.id } });
    expect(await statusOf(investigation.id)).toBe('in_review');
    await editDraft(author, investigation.id, readyReport({ confidence: 10 }));
    const detail = await getReview(reviewer, review.id);
    expect(detail.markdown).toBe(readyReport());
    expect(detail).toMatchObject({ baseMarkdown: '', baseRevision: null, decision: { allowed: true, reason: null } });
  });

  it('makes a model’s assessment the person’s own, in the revision as in the draft', async () => {
    const investigation = await testInvestigation(author, readyReport({ assessment: 'proposed' }));
    const { id } = await submitReview(author, investigation.id, { version: 1 });
    expect((await getReview(reviewer, id)).markdown).toBe(readyReport({ assessment: 'set' }));
    const draft = await db().draft.findUniqueOrThrow({ where: { investigationId: investigation.id } });
    expect(draft).toMatchObject({ markdown: readyReport({ assessment: 'set' }), version: 2, updatedById: author.id });
  });

  it('refuses a text that holds a secret of this installation', async () => {
    rememberSecret('configured-canary-of-reviews');
    const text = readyReport({ assessment: 'proposed' }, 'The key is configured-canary-of-reviews.');
    const investigation = await testInvestigation(author, text);
    await expect(submitReview(author, investigation.id)).rejects.toMatchObject({
      code: 'unprocessable',
      data: { issues: [expect.stringMatching(/^Line \d+ contains a secret/)] },
    });
    const draft = await db().draft.findUniqueOrThrow({ where: { investigationId: investigation.id } });
    expect(draft).toMatchObject({ markdown: text, version: 1 }); // nothing of a refused submission stays
  });

  it('of a newer text replaces the open review, which can’t be decided any more', async () => {
    const { investigation, review, revision } = await submitted();
    await expect(submitReview(author, investigation.id)).rejects.toMatchObject({ code: 'conflict' });
    await editDraft(author, investigation.id, readyReport({ confidence: 10 }));
    const second = await submitReview(author, investigation.id, { version: 2 });
    expect(second.revision.number).toBe(2);
    expect((await getReview(author, review.id)).status).toBe('superseded');
    await expect(decideReview(reviewer, review.id, { decision: 'approve', revision })).rejects.toMatchObject({
      code: 'conflict',
    });
    await expect(addComment(reviewer, review.id, { body: 'x' })).rejects.toMatchObject({ code: 'conflict' });
    expect(
      await db().outbox.count({ where: { payload: { path: ['investigationId'], equals: investigation.id } } }),
    ).toBe(0);
  });

  it('is refused for another version than the one that was read, keeping the draft', async () => {
    const investigation = await testInvestigation(author);
    await editDraft(author, investigation.id, readyReport({ confidence: 1 }));
    await expect(submitReview(author, investigation.id, { version: 1 })).rejects.toMatchObject({
      code: 'stale_version',
      data: { version: 2 },
    });
    expect(await statusOf(investigation.id)).toBe('draft');
  });

  it('is refused with a list of what to issues', async () => {
    const investigation = await testInvestigation(author, readyReport({ classification: null }));
    await expect(submitReview(author, investigation.id)).rejects.toMatchObject({
      code: 'unprocessable',
      data: { issues: [expect.stringContaining('classification')] },
    });
  });

  it('is refused while a run writes, for an unknown case, and for nobody', async () => {
    const investigation = await testInvestigation(author);
    const run = {
      id: uuid(),
      investigationId: investigation.id,
      kind: 'investigate',
      model: 'm',
      requestedById: author.id ?? '',
    };
    await db().run.create({ data: { ...run, status: 'running' } });
    await expect(submitReview(author, investigation.id)).rejects.toMatchObject({
      code: 'conflict',
      data: { run: run.id },
    });
    await expect(submitReview(author, 'nonsense')).rejects.toMatchObject({ code: 'not_found' });
    await expect(submitReview(SYSTEM, investigation.id)).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('by two people at once opens one review', async () => {
    const investigation = await testInvestigation(author);
    const outcomes = await Promise.allSettled([
      submitReview(author, investigation.id),
      submitReview(other, investigation.id),
    ]);
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
    expect(await db().review.count({ where: { investigationId: investigation.id } })).toBe(1);
  });
});

describe('commenting', () => {
  it('is on a line that exists, or on the whole', async () => {
    const { review } = await submitted();
    const last = readyReport().trimEnd().split('\n').length;
    await addComment(other, review.id, { body: 'Whole' });
    await addComment(reviewer, review.id, { body: 'Last line', line: last });
    await expect(addComment(reviewer, review.id, { body: 'x', line: last + 1 })).rejects.toMatchObject({
      code: 'bad_request',
    });
    await expect(addComment(reviewer, review.id, { body: 'x', line: 1, side: 'old' })).rejects.toMatchObject({
      code: 'bad_request',
    });
    await expect(addComment(reviewer, review.id, { body: ' ' })).rejects.toThrow('Write something');
    await expect(addComment(reviewer, review.id, { body: 'a\0b' })).rejects.toThrow('NUL');
    await expect(addComment(SYSTEM, review.id, { body: 'x' })).rejects.toMatchObject({ code: 'forbidden' });
    await expect(addComment(reviewer, uuid(), { body: 'x' })).rejects.toMatchObject({ code: 'not_found' });
    const { threads, comments } = await getReview(author, review.id);
    expect(threads.map(({ line, comments: [first] }) => [first?.body, line])).toEqual([
      ['Whole', null],
      ['Last line', last],
    ]);
    expect(comments).toBe(2);
  });
});

describe('deciding', () => {
  it('approves: revision, case, audit and order to publish at once; alerts stay open and are named', async () => {
    const { investigation, review, revision } = await submitted();
    const detail = await decideReview(reviewer, review.id, { decision: 'approve', revision });
    expect(detail).toMatchObject({ status: 'approved', decidedBy: { id: reviewer.id }, decision: { allowed: false } });
    expect(detail.openAlerts).toMatchObject([{ id: investigation.alertId, severity: 'high' }]);
    const row = await db().investigation.findUniqueOrThrow({ where: { id: investigation.id } });
    const frozen = await db().revision.findUniqueOrThrow({ where: { id: revision } });
    expect(row).toMatchObject({ status: 'approved', classification: 'SUSPICIOUS', approvedAt: frozen.approvedAt });
    expect(await db().outbox.findMany({ where: { payload: { path: ['revisionId'], equals: revision } } })).toHaveLength(
      1,
    );
    const audit = await db().auditEntry.findMany({ where: { subjectId: investigation.id }, orderBy: { id: 'asc' } });
    expect(audit.map((entry) => entry.verb)).toEqual(['reviews.submit', 'reviews.approve']);
    await expect(decideReview(lead, review.id, { decision: 'approve', revision })).rejects.toMatchObject({
      code: 'conflict',
    });
    await expect(submitReview(author, investigation.id)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('makes the case a precedent at once, also while the store is away', async () => {
    const markdown = readyReport().replace(
      'What is to say about it: Timeline.',
      '- 03:04 The key was used from 203.0.113.7.',
    );
    const investigation = await testInvestigation(author, markdown);
    const review = await submitReview(author, investigation.id);
    const revision = review.revision.id;
    const overrides = await overrideAll(review.id);
    const note = 'Seen in the console too.';
    await decideReview(reviewer, review.id, { decision: 'approve', revision, note, overrides });
    // Nothing has been published: no worker runs here, and no store exists.
    const orders = await db().outbox.findMany({ where: { payload: { path: ['revisionId'], equals: revision } } });
    expect(orders).toMatchObject([{ doneAt: null }]);
    const row = await db().investigation.findUniqueOrThrow({ where: { id: investigation.id } });
    expect(row.digest).toContain(`approved by ${reviewer.name} <${reviewer.email}>: Seen in the console too.`);
    expect(row.digest).toContain('Moment: 03:04 The key was used from 203.0.113.7.');
    const entities = [{ kind: 'ip', value: '203.0.113.7' } as const];
    const related = await relatedInvestigations(author, { entities }, 50);
    const precedent = related.find(({ id }) => id === investigation.id);
    expect(precedent).toMatchObject({ assessment: 'set', classification: 'SUSPICIOUS', digest: row.digest });
  });

  it('leaves the digest of the approved text when changes are requested on a newer one', async () => {
    const { investigation, review, revision } = await submitted();
    await decideReview(reviewer, review.id, { decision: 'approve', revision });
    const { digest } = await db().investigation.findUniqueOrThrow({ where: { id: investigation.id } });
    await editDraft(author, investigation.id, readyReport({ confidence: 12 }));
    const second = await submitReview(author, investigation.id);
    const request = { decision: 'request_changes', revision: second.revision.id, note: 'Why 12?' } as const;
    await decideReview(reviewer, second.id, request);
    expect(digest).not.toBe('');
    expect((await db().investigation.findUniqueOrThrow({ where: { id: investigation.id } })).digest).toBe(digest);
  });

  it('compares the next text with the approved one', async () => {
    const { investigation, review, revision } = await submitted();
    await decideReview(reviewer, review.id, { decision: 'approve', revision: { ...review.revision } });
    await saveDraft(author, investigation.id, { markdown: readyReport({ confidence: 40 }), version: 1 });
    expect(await statusOf(investigation.id)).toBe('draft');
    const next = await getReview(reviewer, (await submitReview(author, investigation.id)).id);
    expect(next).toMatchObject({ baseMarkdown: readyReport(), baseRevision: { id: revision, number: 1 } });
    await addComment(reviewer, next.id, { body: 'There', line: 1, side: 'old' });
  });

  it('is refused to analysts, and to everyone who wrote in the text', async () => {
    const { review, revision } = await submitted();
    await expect(decideReview(other, review.id, { decision: 'approve', revision })).rejects.toMatchObject({
      code: 'forbidden',
    });
    const own = await testInvestigation(reviewer);
    const mine = await submitReview(reviewer, own.id);
    const decision = { decision: 'approve', revision: mine.revision.id } as const;
    await expect(decideReview(reviewer, mine.id, decision)).rejects.toMatchObject({ code: 'forbidden' });

    // Who fixed a word in the draft has written in it, whoever submits.
    const shared = await testInvestigation(author);
    await editDraft(lead, shared.id, readyReport({ confidence: 77 }));
    const theirs = await submitReview(author, shared.id);
    expect((await getReview(lead, theirs.id)).decision).toMatchObject({
      allowed: false,
      reason: expect.stringContaining('edited'),
    });
    const approve = { decision: 'approve', revision: theirs.revision.id } as const;
    await expect(decideReview(lead, theirs.id, approve)).rejects.toMatchObject({ code: 'forbidden' });
    expect((await decideReview(reviewer, theirs.id, approve)).status).toBe('approved');
  });

  it('is refused for another revision, and for a text that changed under it', async () => {
    const { investigation, review, revision } = await submitted();
    await expect(decideReview(reviewer, review.id, { decision: 'approve', revision: uuid() })).rejects.toMatchObject({
      code: 'conflict',
    });
    await db().revision.update({ where: { id: revision }, data: { markdown: readyReport({ confidence: 3 }) } });
    await expect(decideReview(reviewer, review.id, { decision: 'approve', revision })).rejects.toMatchObject({
      code: 'conflict',
    });
    expect(await statusOf(investigation.id)).toBe('in_review');
  });

  it('asks for changes with a word of why, and the author submits again', async () => {
    const { investigation, review, revision } = await submitted();
    const request = { decision: 'request_changes', revision } as const;
    await expect(decideReview(reviewer, review.id, request)).rejects.toMatchObject({ code: 'bad_request' });
    await addComment(lead, review.id, { body: 'Another person’s comment is not the decider’s word.' });
    await expect(decideReview(reviewer, review.id, request)).rejects.toMatchObject({ code: 'bad_request' });
    await addComment(reviewer, review.id, { body: 'Why benign?', line: 3 });
    expect((await decideReview(reviewer, review.id, request)).status).toBe('changes_requested');
    expect(await statusOf(investigation.id)).toBe('changes_requested');
    expect((await submitReview(author, investigation.id)).revision.number).toBe(2);
  });

  it('asks who requested changes, and who was asked, about the newer text; not who wrote in it or may not decide', async () => {
    const { investigation, review, revision } = await submitted();
    const [asked, writer, gone] = [
      await testActor('reviewer'),
      await testActor('reviewer'),
      await testActor('reviewer'),
    ];
    const users = [asked, writer, gone].map(({ id }) => id ?? '');
    await requestReviewers(author, review.id, { users });
    await decideReview(reviewer, review.id, { decision: 'request_changes', revision, note: 'Why?' });
    await editDraft(writer, investigation.id, readyReport({}, 'A deployment key was used as the ticket says.'));
    await db().user.update({ where: { id: gone.id ?? '' }, data: { disabledAt: new Date() } });
    const again = [asked.id, reviewer.id].sort();
    expect((await getInvestigation(author, investigation.id)).reviewers.sort()).toEqual([...again, writer.id].sort());
    const second = await submitReview(author, investigation.id);
    expect((await getReview(author, second.id)).requested.map(({ id }) => id).sort()).toEqual(again);
    await decideReview(reviewer, second.id, { decision: 'approve', revision: second.revision.id });
    await editDraft(author, investigation.id, readyReport({}, 'A deployment key was used, as before.'));
    const third = await submitReview(author, investigation.id);
    expect((await getReview(author, third.id)).requested).toEqual([]);
  });

  it('by two reviewers at once: one wins, the other is told', async () => {
    const { investigation, review, revision } = await submitted();
    const outcomes = await Promise.allSettled([
      decideReview(reviewer, review.id, { decision: 'approve', revision }),
      decideReview(lead, review.id, { decision: 'request_changes', revision, note: 'Not yet' }),
    ]);
    const lost = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(lost).toMatchObject([{ reason: { code: 'conflict' } }]);
    const orders = await db().outbox.count({
      where: { payload: { path: ['investigationId'], equals: investigation.id } },
    });
    expect(orders).toBe((await statusOf(investigation.id)) === 'approved' ? 1 : 0);
  });
});

describe('a model’s assessment', () => {
  const found = async (id: string) => {
    const classification = 'SUSPICIOUS' as const;
    const { items } = await searchInvestigations(author, { classification, limit: 100 });
    return items.some((item) => item.id === id);
  };

  it('is marked as proposed, counts in no filter and is no precedent until a person sets it and a reviewer approves', async () => {
    const investigation = await testInvestigation(author, readyReport({ classification: null }));
    const proposed = readyReport({ assessment: 'proposed' });
    await saveDraft(author, investigation.id, { markdown: proposed, version: 1 });
    const item = async () => getInvestigation(author, investigation.id);
    expect(await item()).toMatchObject({ assessment: 'proposed', classification: 'SUSPICIOUS' });
    expect(precedentVerdict(await item())).toEqual({ classification: null, confidence: null });
    expect(await found(investigation.id)).toBe(false);

    const review = await submitReview(author, investigation.id, { version: 2 });
    expect(review.investigation).toMatchObject({ assessment: 'set' });
    expect(await found(investigation.id)).toBe(true);
    expect(precedentVerdict(await item())).toEqual({ classification: null, confidence: null });

    await decideReview(reviewer, review.id, { decision: 'approve', revision: review.revision.id });
    expect(precedentVerdict(await item())).toEqual({ classification: 'SUSPICIOUS', confidence: 90 });
  });

  it('is absent where nothing is classified', async () => {
    const investigation = await testInvestigation(author);
    await saveDraft(author, investigation.id, { markdown: readyReport({ classification: null }), version: 1 });
    expect(await getInvestigation(author, investigation.id)).toMatchObject({ assessment: null, classification: null });
  });
});

describe('listing', () => {
  it('pages through all and one status without gaps or repeats', async () => {
    for (const status of [undefined, 'open'] as const) {
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await listReviews(author, { status, limit: 3, cursor });
        seen.push(...page.items.map((item) => item.id));
        cursor = page.nextCursor ?? undefined;
      } while (cursor);
      const all = await db().review.findMany({
        where: status ? { status } : {},
        orderBy: [{ submittedAt: 'desc' }, { id: 'desc' }],
      });
      expect(seen).toEqual(all.map((row) => row.id));
      expect(seen.length).toBeGreaterThan(3);
    }
    await expect(listReviews(author, { cursor: 'nonsense' })).rejects.toMatchObject({ code: 'bad_request' });
    const all = (await listReviews(author, { limit: 100 })).items;
    const [first] = all;
    const severity = Severity.parse(first?.investigation.severity);
    const found = (await listReviews(author, { limit: 100, severity })).items.map(({ id }) => id);
    expect(found).toEqual(all.filter((item) => item.investigation.severity === severity).map(({ id }) => id));
    const verdicts = (await listReviews(author, { limit: 100, classification: 'MALICIOUS' })).items;
    expect(verdicts).toEqual(all.filter((item) => item.investigation.classification === 'MALICIOUS'));
    expect(first?.words).toBeGreaterThan(10);
    await expect(getReview(author, 'nonsense')).rejects.toMatchObject({ code: 'not_found' });
  });
});
