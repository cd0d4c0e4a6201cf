import { v7 as uuid } from 'uuid';
import { testActor } from '../auth/testing';
import { db } from '../db/client';
import { readDraft } from '../drafts/read-draft';
import { saveDraft } from '../drafts/save-draft';
import type { StaleDraft } from '../drafts/schema';
import { overrideEnv } from '../env/env';
import { AppError } from '../errors/app-error';
import { closeQueue } from '../jobs/queue';
import { decideReview } from '../reviews/decide-review';
import { submitReview } from '../reviews/submit-review';
import { overrideAll, readyReport, testInvestigation } from '../reviews/testing';
import { publishPending } from './publish';

/**
 * One of several instances on a database and a store, for the test of many writers: people who edit one draft at the same
 * time until all edits are saved, then each has a case of their own approved while the others' are published.
 * Arguments: DATABASE_URL, DATA_DIR, name, investigation, people, edits. Prints what was acknowledged.
 */
const [, , url, dataDir, name = 'a', investigationId = '', people = '8', edits = '50'] = process.argv;
overrideEnv({ DATABASE_URL: url, DATA_DIR: dataDir });
process.stdout.write(' \n');

process.stdin.once('data', async () => {
  const done = { saved: [] as string[], stale: 0, withBoth: 0, approved: [] as string[] };
  let next = 0;
  const person = async (index: number) => {
    const actor = { ...(await testActor('reviewer', `${name}${index}`)) };
    while (next < Number(edits)) {
      next += 1;
      await edit(actor, `edit-${name}-${uuid()}`);
    }
    const own = await testInvestigation(actor, readyReport({}, `The case of ${actor.name}.`));
    const review = await submitReview(actor, own.id);
    const other = await testActor('reviewer', `${name}${index}-reviewer`);
    await decideReview(other, review.id, {
      decision: 'approve',
      overrides: await overrideAll(review.id),
      revision: review.revision.id,
    });
    done.approved.push(review.revision.id);
    await publishPending();
  };
  const edit = async (actor: Awaited<ReturnType<typeof testActor>>, mark: string) => {
    for (let draft = await readDraft(actor, investigationId); ; ) {
      const mine = `${draft.markdown.trimEnd()}\n\n${mark}\n`;
      try {
        await saveDraft(actor, investigationId, { markdown: mine, version: draft.version });
        done.saved.push(mark);
        return;
      } catch (error) {
        if (!(error instanceof AppError) || error.status !== 412) throw error;
        const { current, merged } = error.data as StaleDraft;
        done.stale += 1;
        if (merged.includes(mark) && current.markdown !== draft.markdown) done.withBoth += 1;
        draft = current;
      }
    }
  };
  await Promise.all(Array.from({ length: Number(people) }, (_, index) => person(index)));
  await closeQueue();
  await db().$disconnect();
  process.stdout.write(JSON.stringify(done), () => process.exit(0));
});
