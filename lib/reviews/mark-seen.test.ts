import { expect, it } from 'vitest';
import { PUT as seen } from '@/app/api/reviews/[id]/seen/route';
import { keyHeaders, testActor } from '../auth/testing';
import { testDatabase } from '../db/testing';
import { saveDraft } from '../drafts/save-draft';
import { addComment } from './add-comment';
import { decideReview } from './decide-review';
import { getReview } from './get-review';
import { countWaiting, listReviews } from './list-reviews';
import { markSeen } from './mark-seen';
import { submitReview } from './submit-review';
import { readyReport, testInvestigation } from './testing';

testDatabase();

const revise = async (author: Awaited<ReturnType<typeof testActor>>, id: string, version: number) => {
  await saveDraft(author, id, { markdown: readyReport({}, `Text ${version}.`), version });
  return submitReview(author, id, {});
};

it('the revision to compare with is the last one that this person opened, commented or decided on', async () => {
  const [author, reviewer, other] = [await testActor('analyst'), await testActor('reviewer'), await testActor('lead')];
  const { id } = await testInvestigation(author);
  const first = await submitReview(author, id, {});
  expect((await getReview(reviewer, first.id)).seenRevision).toBeNull();
  await markSeen(reviewer, first.id);
  await markSeen(reviewer, first.id); // again: nothing more
  const second = await revise(author, id, 1);
  expect((await getReview(reviewer, second.id)).seenRevision).toEqual({ id: first.revision.id, number: 1 });
  expect((await getReview(other, second.id)).seenRevision).toBeNull();
  await addComment(other, second.id, { body: 'Which key?' });
  const third = await revise(author, id, 2);
  expect((await getReview(other, third.id)).seenRevision?.number).toBe(2);
  expect((await getReview(reviewer, third.id)).seenRevision?.number).toBe(1);
});

it('over HTTP it needs a signed-in person and a review that exists', async () => {
  const author = await testActor('analyst');
  const { id } = await testInvestigation(author);
  const review = await submitReview(author, id, {});
  const call = async (reviewId: string, headers: Record<string, string>) => {
    const request = new Request('http://localhost/api', { method: 'PUT', headers });
    return (await seen(request, { params: Promise.resolve({ id: reviewId }) })).status;
  };
  const headers = await keyHeaders(author);
  expect(await call(review.id, headers)).toBe(204);
  expect(await call('019a0000-0000-7000-8000-000000000000', headers)).toBe(404);
  expect(await call('nonsense', headers)).toBe(404);
  expect(await call(review.id, {})).toBe(401);
});

it('a report that was sent back waits for its author until it is submitted again', async () => {
  const [author, reviewer] = [await testActor('analyst'), await testActor('reviewer')];
  const { id } = await testInvestigation(author);
  const review = await submitReview(author, id, {});
  const waiting = async (actor: typeof author) =>
    (await listReviews(actor, { waiting: 'me' })).items.filter((item) => item.investigation.id === id);
  expect(await waiting(author)).toEqual([]);
  const before = await countWaiting(author);
  await decideReview(reviewer, review.id, {
    decision: 'request_changes',
    revision: review.revision.id,
    note: 'Name the account.',
  });
  expect((await waiting(author)).map((item) => item.id)).toEqual([review.id]);
  expect(await waiting(reviewer)).toEqual([]);
  expect(await countWaiting(author)).toBe(before + 1);
  await revise(author, id, 1);
  expect(await waiting(author)).toEqual([]);
  expect((await waiting(reviewer)).map((item) => item.status)).toEqual(['open']);
});
