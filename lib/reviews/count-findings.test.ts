import { beforeAll, expect, it } from 'vitest';
import type { Actor } from '../auth/guard';
import { testActor } from '../auth/testing';
import { checkInvestigation } from '../checks/check-investigation';
import { testDatabase } from '../db/testing';
import { closeQueue } from '../jobs/queue';
import { countFindings } from './count-findings';
import { decideReview } from './decide-review';
import { listReviews } from './list-reviews';
import { submitReview } from './submit-review';
import { readyReport, testInvestigation } from './testing';

testDatabase();

let author: Actor;
let reviewer: Actor;
beforeAll(async () => {
  [author, reviewer] = [await testActor('analyst'), await testActor('reviewer')];
  return closeQueue;
});

it('tells lists what the checks find in each revision that waits for review, once', async () => {
  const wrong = await testInvestigation(author, readyReport({}, 'There were 41 denied calls [E9].'));
  const first = await submitReview(author, wrong.id);
  const sent = await submitReview(author, (await testInvestigation(author)).id);
  await decideReview(reviewer, sent.id, {
    decision: 'request_changes',
    revision: sent.revision.id,
    note: 'Say who it was.',
  });
  expect(first.checks).toBeNull();

  expect(await countFindings()).toBe(1);
  const { items } = await listReviews(reviewer);
  const checksOf = (id: string) => items.find((one) => one.id === id)?.checks;
  const found = (await checkInvestigation(reviewer, wrong.id, { revision: first.revision.id })).items;
  const errors = found.filter(({ severity }) => severity === 'error').length;
  expect(errors).toBeGreaterThan(0);
  expect(checksOf(first.id)).toEqual({ errors, warnings: found.length - errors });
  expect(checksOf(sent.id)).toBeNull();
  expect(await countFindings()).toBe(0);
});
