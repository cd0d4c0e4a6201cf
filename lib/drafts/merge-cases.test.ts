import { v7 as uuid } from 'uuid';
import { afterAll, describe, expect, it } from 'vitest';
import { startRun } from '../agent/start-run';
import { readActivity } from '../alerts/alert-activity';
import type { Actor } from '../auth/guard';
import { testActor } from '../auth/testing';
import { db } from '../db/client';
import { testDatabase } from '../db/testing';
import { listEvidence } from '../evidence/list-evidence';
import { getInvestigation } from '../investigations/get-investigation';
import { closeQueue } from '../jobs/queue';
import { readRelated } from '../library/read-related';
import { searchInvestigations } from '../library/search-investigations';
import { parseReport } from '../report/report';
import { decideReview } from '../reviews/decide-review';
import { getReview } from '../reviews/get-review';
import { submitReview } from '../reviews/submit-review';
import { approvedRevision, overrideAll, readyReport, testInvestigation } from '../reviews/testing';
import { hashOf } from '../text/canonical-json';
import { mergeCases } from './merge-cases';
import { previewMerge } from './plan-merge';
import { readDraft } from './read-draft';
import { saveDraft } from './save-draft';
import { undoMerge } from './undo-merge';

testDatabase();
afterAll(closeQueue);

/** A case with so many evidence records, of a run that has ended. */
async function caseOf(owner: Actor, markdown: string, records: number) {
  const found = await testInvestigation(owner, markdown);
  const runId = uuid();
  const run = { id: runId, kind: 'investigate', model: 'm', status: 'succeeded' };
  await db().run.create({ data: { ...run, investigationId: found.id, requestedById: owner.id ?? '' } });
  for (let number = 1; number <= records; number += 1) {
    const args = { sql: `select ${number} -- ${found.codename}` };
    const call = { number, callId: `c${number}`, server: 'logs', tool: 'query', args, argsHash: hashOf(args) };
    const outcome = { status: 'ok', startedAt: new Date(), sha256: `hash ${number}`, result: { text: found.codename } };
    await db().evidence.create({ data: { id: uuid(), investigationId: found.id, runId, ...call, ...outcome } });
  }
  return { ...found, runId };
}

const summary = (words: string, codename: string) =>
  readyReport({ codename, classification: null, confidence: null }, words);

async function twoCases() {
  const analyst = await testActor('analyst');
  const into = await caseOf(analyst, summary('The key of eva was used [E2].', 'into'), 2);
  const from = await caseOf(analyst, summary('A role was assumed [E1], [E2–E3].', 'from'), 3);
  return { analyst, into, from };
}

describe('merging cases', () => {
  it('moves alerts, copies evidence under new numbers, rewrites citations, and leaves the emptied case readable', async () => {
    const { analyst, into, from } = await twoCases();
    const preview = await previewMerge(analyst, into.id, from.id);
    expect(preview).toMatchObject({
      alerts: 1,
      evidence: { count: 3, offset: 2 },
      endsReview: false,
      assessment: 'kept',
    });
    expect((await readDraft(analyst, into.id)).version).toBe(1);
    const versions = { into: preview.into.version, from: preview.from.version };
    expect(await mergeCases(analyst, into.id, { from: from.id, versions })).toMatchObject({ alerts: 1, evidence: 3 });

    const merged = await getInvestigation(analyst, into.id);
    expect(merged.alerts.map(({ id }) => id).sort()).toEqual([into.alertId, from.alertId].sort());
    expect(merged.merges).toMatchObject([{ from: { id: from.id }, into: { id: into.id }, undoable: true }]);
    const draft = await readDraft(analyst, into.id);
    expect(draft.markdown).toBe(preview.after);
    expect(draft.markdown).toContain('The key of eva was used [E2].');
    expect(draft.markdown).toContain('A role was assumed [E3], [E4–E5].');
    expect(parseReport(draft.markdown).frontMatter?.alerts).toContain(`guardduty:${from.codename}`);
    const evidence = await listEvidence(analyst, into.id);
    expect(evidence.map(({ number, sha256 }) => [number, sha256])).toEqual([
      ...[1, 2].map((number) => [number, `hash ${number}`]),
      ...[1, 2, 3].map((number) => [number + 2, `hash ${number}`]),
    ]);

    const emptied = await getInvestigation(analyst, from.id);
    expect(emptied).toMatchObject({ status: 'merged', alerts: [], merges: [{ into: { codename: into.codename } }] });
    expect((await readDraft(analyst, from.id)).markdown).toContain('A role was assumed [E1], [E2–E3].');
    expect(await listEvidence(analyst, from.id)).toHaveLength(3);
    const [event] = await readActivity(analyst, from.alertId);
    expect(event).toMatchObject({ kind: 'case_merged', case: { id: into.id } });
  });

  it('takes the emptied case out of searches, lists and related cases', async () => {
    const { analyst, into, from } = await twoCases();
    await mergeCases(analyst, into.id, { from: from.id });
    const ids = (items: { id: string }[]) => items.map(({ id }) => id);
    expect(ids((await searchInvestigations(analyst, { q: from.codename })).items)).not.toContain(from.id);
    const listed = (await searchInvestigations(analyst, { limit: 100 })).items;
    expect(ids(listed)).toContain(into.id);
    expect(ids(listed)).not.toContain(from.id);
    expect(ids((await searchInvestigations(analyst, { status: 'merged', limit: 100 })).items)).toContain(from.id);
    expect(ids(await readRelated(analyst, into.id))).not.toContain(from.id);
  });

  it('lets nobody change, run or submit the emptied case', async () => {
    const { analyst, into, from } = await twoCases();
    await mergeCases(analyst, into.id, { from: from.id });
    const refusal = { reason: 'wrong_investigation_status' };
    const markdown = summary('Changed.', 'from');
    await expect(saveDraft(analyst, from.id, { markdown, version: 1 })).rejects.toMatchObject({
      ...refusal,
      data: { investigation: { id: into.id, codename: into.codename } },
    });
    await expect(startRun(analyst, from.id)).rejects.toMatchObject(refusal);
    await expect(mergeCases(analyst, from.id, { from: into.id })).rejects.toMatchObject(refusal);
    await expect(mergeCases(analyst, into.id, { from: from.id })).rejects.toMatchObject(refusal);
    await expect(submitReview(analyst, from.id)).rejects.toMatchObject({
      code: expect.stringMatching(/conflict|unprocessable/),
    });
    expect((await readDraft(analyst, from.id)).version).toBe(1);
  });

  it('counts those who wrote in the emptied case among the authors', async () => {
    const analyst = await testActor('analyst');
    const [writer, other] = [await testActor('reviewer'), await testActor('reviewer')];
    const into = await testInvestigation(analyst, readyReport());
    const from = await testInvestigation(writer, readyReport({}, 'Words of a reviewer.'));
    await mergeCases(analyst, into.id, { from: from.id });
    const review = await submitReview(analyst, into.id);
    const overrides = await overrideAll(review.id);
    const decision = { decision: 'approve' as const, revision: review.revision.id, overrides };
    await expect(decideReview(writer, review.id, decision)).rejects.toMatchObject({
      reason: 'own_changes_need_reviewer',
    });
    expect(await decideReview(other, review.id, decision)).toMatchObject({ status: 'approved' });
  });

  it('refuses one case, unknown ones, an approved one, a text that moved on, and a run at work; and changes nothing', async () => {
    const { analyst, into, from } = await twoCases();
    const merge = (intoId: string, fromId: string, versions?: { into: number; from: number }) =>
      mergeCases(analyst, intoId, { from: fromId, ...(versions ? { versions } : {}) });
    await expect(merge(into.id, into.id)).rejects.toMatchObject({ code: 'bad_request' });
    await expect(merge(into.id, uuid())).rejects.toMatchObject({ code: 'not_found' });
    await expect(merge('x', from.id)).rejects.toMatchObject({ code: 'not_found' });
    await expect(previewMerge(analyst, into.id, 'x')).rejects.toMatchObject({ code: 'not_found' });
    await expect(merge(into.id, from.id, { into: 1, from: 7 })).rejects.toMatchObject({ reason: 'draft_changed' });
    const approved = await testInvestigation(analyst);
    await approvedRevision(analyst, await testActor('reviewer'), approved.id, readyReport());
    await expect(merge(into.id, approved.id)).rejects.toThrow(/approved report, which stays in the library/);
    await db().run.updateMany({ where: { id: from.runId }, data: { status: 'running' } });
    await expect(merge(into.id, from.id)).rejects.toMatchObject({ reason: 'run_in_progress' });
    expect((await readDraft(analyst, into.id)).version).toBe(1);
    expect(await db().caseMerge.count({ where: { OR: [{ intoId: into.id }, { fromId: from.id }] } })).toBe(0);
  });

  it('refuses who may not', async () => {
    const { analyst, into, from } = await twoCases();
    const nobody = { ...analyst, role: 'visitor' } as unknown as Actor; // not a Role on purpose
    await expect(mergeCases(nobody, into.id, { from: from.id })).rejects.toMatchObject({ code: 'forbidden' });
    await expect(previewMerge(nobody, into.id, from.id)).rejects.toMatchObject({ code: 'forbidden' });
    await mergeCases(analyst, into.id, { from: from.id });
    await expect(undoMerge(nobody, from.id)).rejects.toMatchObject({ code: 'forbidden' });
  });
});

describe('undoing a merge', () => {
  it('gives both cases what they had, also an open review and a shared alert', async () => {
    const { analyst, into, from } = await twoCases();
    await db().investigationAlert.create({ data: { investigationId: into.id, alertId: from.alertId } });
    await db().draft.update({ where: { investigationId: from.id }, data: { markdown: readyReport() } });
    const review = await submitReview(analyst, from.id);
    const before = await readDraft(analyst, into.id);
    await mergeCases(analyst, into.id, { from: from.id });
    expect((await getReview(analyst, review.id)).status).toBe('superseded');
    await undoMerge(analyst, from.id);
    expect(await readDraft(analyst, into.id)).toMatchObject({ markdown: before.markdown, version: 3 });
    expect(await listEvidence(analyst, into.id)).toHaveLength(2);
    expect((await getInvestigation(analyst, into.id)).alerts).toHaveLength(2);
    const restored = await getInvestigation(analyst, from.id);
    expect(restored).toMatchObject({ status: 'in_review', merges: [], review: { id: review.id } });
    expect(restored.alerts.map(({ id }) => id)).toEqual([from.alertId]);
    expect((await searchInvestigations(analyst, { limit: 100 })).items.map(({ id }) => id)).toContain(from.id);
    await expect(undoMerge(analyst, from.id)).rejects.toMatchObject({ reason: 'wrong_investigation_status' });
    // Both ways are open again.
    expect(await mergeCases(analyst, into.id, { from: from.id })).toMatchObject({ evidence: 3 });
  });

  it('is refused once the other case was changed, and says so', async () => {
    const { analyst, into, from } = await twoCases();
    await mergeCases(analyst, into.id, { from: from.id });
    const { markdown, version } = await readDraft(analyst, into.id);
    await saveDraft(analyst, into.id, { markdown: `${markdown}\nMore.\n`, version });
    expect((await getInvestigation(analyst, from.id)).merges).toMatchObject([{ undoable: false }]);
    await expect(undoMerge(analyst, from.id)).rejects.toMatchObject({ reason: 'changed_since' });
    await expect(undoMerge(analyst, into.id)).rejects.toMatchObject({ reason: 'wrong_investigation_status' });
    await expect(undoMerge(analyst, uuid())).rejects.toMatchObject({ code: 'not_found' });
  });
});
