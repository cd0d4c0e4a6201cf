import { describe, expect, it } from 'vitest';
import { ingestAlerts } from '../alerts/ingest-alerts';
import { triageAlert } from '../alerts/triage-alert';
import type { Actor } from '../auth/guard';
import { testActor } from '../auth/testing';
import { db } from '../db/client';
import { testDatabase } from '../db/testing';
import { requestReviewers } from '../reviews/request-reviewers';
import { submitReview } from '../reviews/submit-review';
import { testInvestigation } from '../reviews/testing';
import { createTasks } from '../tasks/create-tasks';
import { listOwnTasks } from '../tasks/list-tasks';
import { changePerson, openWork } from './hand-over';

testDatabase();

async function alertOf(id: string | null, status: 'open' | 'closed' = 'open'): Promise<string> {
  const admin = await testActor('admin');
  const { ids } = await ingestAlerts(admin, 'generic', JSON.stringify({ title: `Alert ${Math.random()}` }));
  await triageAlert(admin, ids[0] ?? '', { assignee: id, status });
  return ids[0] ?? '';
}
async function reviewFor(author: Actor, reviewer: string): Promise<string> {
  const { id } = await submitReview(author, (await testInvestigation(author)).id);
  await requestReviewers(author, id, { users: [reviewer] });
  return id;
}
const assignee = async (id: string) => (await db().alert.findUnique({ where: { id } }))?.assigneeId ?? null;

describe('deactivating a person with open work', () => {
  it('hands alerts and review requests over, closed ones stay', async () => {
    const admin = await testActor('admin');
    const [author, leaver, taker] = [
      await testActor('analyst'),
      await testActor('reviewer'),
      await testActor('reviewer'),
    ];
    const [open, closed] = [await alertOf(leaver.id), await alertOf(leaver.id, 'closed')];
    const reviewId = await reviewFor(author, leaver.id ?? '');
    const { id: caseId } = await testInvestigation(author);
    await createTasks(leaver, caseId, { tasks: [{ text: 'Rotate the key.' }] });
    expect(await openWork(admin, leaver.id ?? '')).toEqual({ alerts: 1, reviews: 1, tasks: 1 });
    await changePerson(admin, leaver.id ?? '', { disabled: true, handOverTo: taker.id });
    expect([await assignee(open), await assignee(closed)]).toEqual([taker.id, leaver.id]);
    expect((await listOwnTasks(taker)).map(({ text }) => text)).toEqual(['Rotate the key.']);
    expect(await db().reviewRequest.findMany({ where: { reviewId } })).toMatchObject([{ userId: taker.id }]);
    expect(await openWork(admin, leaver.id ?? '')).toEqual({ alerts: 0, reviews: 0, tasks: 0 });
    expect(await db().auditEntry.findFirst({ where: { verb: 'users.hand_over' } })).toMatchObject({
      subjectId: leaver.id,
      data: { to: taker.id, alerts: 1, tasks: 1, reviews: 1, reviewsWithdrawn: 0 },
    });
  });

  it('gives a review neither to its author nor to who may not decide; without a taker alerts are unassigned', async () => {
    const admin = await testActor('admin');
    const [author, leaver] = [await testActor('reviewer'), await testActor('reviewer')];
    const reviewId = await reviewFor(author, leaver.id ?? '');
    const alert = await alertOf(leaver.id);
    await changePerson(admin, leaver.id ?? '', { disabled: true, handOverTo: author.id });
    expect(await db().reviewRequest.count({ where: { reviewId } })).toBe(0);
    expect(await assignee(alert)).toBe(author.id);
    await changePerson(admin, author.id ?? '', { disabled: true });
    expect(await assignee(alert)).toBeNull();
  });

  it('refuses somebody who can’t take it, and changes nothing then', async () => {
    const admin = await testActor('admin');
    const [leaver, gone] = [await testActor('analyst'), await testActor('analyst')];
    await changePerson(admin, gone.id ?? '', { disabled: true });
    const alert = await alertOf(leaver.id);
    for (const handOverTo of ['nobody', gone.id, leaver.id])
      await expect(changePerson(admin, leaver.id ?? '', { disabled: true, handOverTo })).rejects.toMatchObject({
        code: 'bad_request',
      });
    await expect(changePerson(admin, leaver.id ?? '', { handOverTo: admin.id })).rejects.toMatchObject({
      code: 'bad_request',
    });
    expect(await db().user.findUnique({ where: { id: leaver.id ?? '' } })).toMatchObject({ disabledAt: null });
    expect(await assignee(alert)).toBe(leaver.id);
  });

  it('is an admin’s', async () => {
    const [lead, analyst] = [await testActor('lead'), await testActor('analyst')];
    await expect(openWork(lead, analyst.id ?? '')).rejects.toMatchObject({ code: 'forbidden' });
    const change = { disabled: true, handOverTo: lead.id };
    await expect(changePerson(lead, analyst.id ?? '', change)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(openWork(await testActor('admin'), 'nobody')).rejects.toMatchObject({ code: 'not_found' });
  });
});

it('renaming refuses another person’s name and is audited', async () => {
  const [admin, one, other] = [await testActor('admin'), await testActor('analyst'), await testActor('analyst')];
  await expect(changePerson(admin, one.id ?? '', { name: other.name })).rejects.toMatchObject({ reason: 'name_taken' });
  expect(await changePerson(admin, one.id ?? '', { name: 'Grace Hopper' })).toMatchObject({ name: 'Grace Hopper' });
  const audit = await db().auditEntry.findFirst({ where: { verb: 'users.rename' } });
  expect(audit).toMatchObject({ actorId: admin.id, data: { before: one.name, name: 'Grace Hopper' } });
});
