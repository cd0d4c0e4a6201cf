import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs/promises';
import path from 'node:path';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '../auth/guard';
import { testActor } from '../auth/testing';
import { db } from '../db/client';
import { testDatabase } from '../db/testing';
import { env } from '../env/env';
import { nightly } from '../env/testing';
import { AppError } from '../errors/app-error';
import { decideReview } from '../reviews/decide-review';
import { submitReview } from '../reviews/submit-review';
import { overrideAll, readyReport, testInvestigation } from '../reviews/testing';
import { readBranch } from './branch';
import { publishPending } from './publish';
import { ensureStore, storeDir } from './repo';
import { storeHealth } from './store-health';
import { disownLocks, type Moment, runLife, type Step } from './testing-faults';
import { approve, findLosses, fsck, git, publishAll, startChild, startPublisher } from './testing-kills';

testDatabase();

let author: Actor;
let reviewer: Actor;
beforeAll(async () => {
  author = await testActor('analyst');
  reviewer = await testActor('reviewer');
  const shipped = path.join(env().DATA_DIR, 'shipped');
  await fs.mkdir(shipped);
  await fs.writeFile(path.join(shipped, 'CLAUDE.md'), 'The method.\n');
  await ensureStore(shipped);
});

// What was cut off in mid-query never gives its connection back; nobody may wait for that.
afterAll(() => {
  (globalThis as { socdownDb?: unknown }).socdownDb = undefined;
});

describe('one approval, cut off at each of its steps', () => {
  type Case = { investigationId: string; reviewId: string; revision: string };

  async function submitted(): Promise<Case> {
    const { id } = await testInvestigation(author, readyReport({}, `Case ${uuid()}`));
    const review = await submitReview(author, id);
    return { investigationId: id, reviewId: review.id, revision: review.revision.id };
  }
  const decide = async ({ reviewId, revision }: Case) =>
    decideReview(reviewer, reviewId, {
      decision: 'approve',
      overrides: await overrideAll(reviewId),
      revision,
    });
  const approval = async (one: Case) => {
    await decide(one);
    await publishPending();
  };

  const unlessDecided = (error: unknown): void => {
    if (!(error instanceof AppError && error.reason === 'review_already_decided')) throw error;
  };

  /** What the next start finds and does; a person whose approval got no answer sees the review open and decides again. */
  async function recover(one: Case): Promise<void> {
    await disownLocks(storeDir());
    const review = await db().review.findUniqueOrThrow({ where: { id: one.reviewId } });
    // A commit that was under way may take effect between the two: then the person learns that it did.
    if (review.status === 'open') await decide(one).catch(unlessDecided);
    else expect(review.status).toBe('approved');
    await publishAll();
    const { commitOid } = await db().revision.findUniqueOrThrow({ where: { id: one.revision } });
    expect(commitOid).toBe(await readBranch(storeDir()));
  }

  /** Every step by night; by day one of some, another one in each run, so that none is left out for good. */
  const STRIDE = nightly(1, 4);
  const OFFSET = randomInt(STRIDE);
  const isTried = (index: number): boolean => index % STRIDE === OFFSET;

  async function allSteps(): Promise<Step[]> {
    await approval(await submitted()); // opens the job queue
    const one = await submitted();
    const { steps } = await runLife(0, 'before', () => approval(one));
    return steps;
  }

  it(`is lost at none, and published once, after a kill before, in the middle of and after each (${OFFSET} of ${STRIDE})`, async () => {
    const steps = await allSteps();
    expect(steps.filter(({ file }) => file).length).toBeGreaterThan(60);
    expect(steps.filter(({ file }) => !file).length).toBeGreaterThan(25);
    let killed = 0;
    for (const [index, step] of steps.entries()) {
      if (!step.changes || !isTried(index)) continue; // what changes nothing is the same kill as the one before
      // After a step is before the next one; after the last nothing is left to do.
      for (const moment of ['before', ...(step.half ? ['half'] : [])] as Moment[]) {
        const one = await submitted();
        // Some cases need a folder of objects less than the one that was counted, and end before the last steps.
        const { ended } = await runLife(index + 1, moment, () => approval(one));
        killed += ended ? 0 : 1;
        await recover(one);
      }
      if (index % 40 < STRIDE) expect(fsck()).toBe('');
    }
    expect(killed).toBeGreaterThan(60 / STRIDE / 2);
    expect(await findLosses()).toEqual([]);
    // A kill after the last write leaves its lock to the next publication.
    await approval(await submitted());
    const left = (await fs.readdir(storeDir())).filter((name) => name.endsWith('.lock'));
    expect(left).toEqual([]);
  }, 180_000);

  it(`is whole or not at all on a full disk, says so, and is published when there is room (${OFFSET} of ${STRIDE})`, async () => {
    const steps = await allSteps();
    let refused = 0;
    for (const [index, step] of steps.entries()) {
      if (!step.changes || !isTried(index) || !['open', 'writeFile', 'mkdir', 'link'].includes(step.name)) continue;
      const one = await submitted();
      const head = await readBranch(storeDir());
      const { ended } = await runLife(index + 1, { refused: 'ENOSPC' }, () => approval(one));
      expect(ended).toBe(true);
      const health = await storeHealth();
      if (health.status === 'ok') continue; // this case needed less, and was through before
      refused += 1;
      expect(health).toMatchObject({ status: 'failing', pending: 1 });
      expect(health.lastError).toContain('disk of the store is full');
      expect(await readBranch(storeDir())).toBe(head);
      await recover(one);
    }
    expect(refused).toBeGreaterThan(15 / STRIDE / 2);
    const one = await submitted();
    await runLife(steps.findIndex(({ name, changes }) => name === 'open' && changes) + 1, { refused: 'EROFS' }, () =>
      approval(one),
    );
    expect((await storeHealth()).lastError).toContain('read-only');
    await recover(one);
    expect(await findLosses()).toEqual([]);
  }, 180_000);
});

it('several publishers at once share the work without a conflict', async () => {
  await publishAll();
  const before = Number(git('rev-list', '--count', 'main'));
  await approve(author, reviewer, 12);
  const child = await startPublisher('0');
  child.stdin?.write('go\n');
  await Promise.all([publishPending(), once(child, 'exit').then((exit) => expect(exit).toEqual([0, null]))]);
  await publishAll();
  expect(Number(git('rev-list', '--count', 'main'))).toBe(before + 12);
  expect(await db().outbox.count({ where: { lastError: { not: null } } })).toBe(0);
});

/** Of each instance. */
const EDITS = nightly(50, 20);

it('two instances, eight reviewers each: no edit is lost, the stale get both texts, each approval is in the branch', async () => {
  const { id } = await testInvestigation(author);
  const children = await Promise.all(
    ['a', 'b'].map((name) => startChild('lib/store/testing-instance.ts', [name, id, '8', String(EDITS)])),
  );
  const reports = await Promise.all(
    children.map(async (child) => {
      let out = '';
      child.stdout?.on('data', (data) => {
        out += data;
      });
      child.stdin?.write('go\n');
      expect(await once(child, 'close')).toEqual([0, null]);
      return JSON.parse(out) as { saved: string[]; stale: number; withBoth: number; approved: string[] };
    }),
  );
  const saved = reports.flatMap((report) => report.saved);
  expect(saved).toHaveLength(2 * EDITS);
  const { markdown } = await db().draft.findUniqueOrThrow({ where: { investigationId: id } });
  expect(saved.filter((mark) => !markdown.includes(mark))).toEqual([]);
  const stale = reports.reduce((sum, report) => sum + report.stale, 0);
  expect(stale).toBeGreaterThan(0);
  expect(reports.reduce((sum, report) => sum + report.withBoth, 0)).toBe(stale);
  await publishAll();
  const approved = reports.flatMap((report) => report.approved);
  expect(approved).toHaveLength(16);
  const rows = await db().revision.findMany({ where: { id: { in: approved } } });
  for (const row of rows) git('merge-base', '--is-ancestor', row.commitOid ?? '', 'main');
  expect(await findLosses()).toEqual([]);
}, 180_000);
