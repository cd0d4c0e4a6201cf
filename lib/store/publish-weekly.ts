import { SYSTEM } from '../auth/guard';
import { audit } from '../db/audit';
import { db } from '../db/client';
import { PUBLISH_WEEKLY_REPORT } from '../jobs/outbox';
import { trailersOf } from './commit-message';
import { type OutboxRow, type Published, publishOutbox } from './publish-outbox';
import { commitFiles, ensureStoreLocked, findCommit } from './repo';
import type { StoreLock } from './store-lock';
import { storeDir } from './store-path';

/** Commits weekly reports, one each: `weekly/2026/2026-W48.md`. A commit that is there already is recognized by its trailer. */
export const publishWeeklyReports = (): Promise<Published> => publishOutbox(PUBLISH_WEEKLY_REPORT, 'week', publish);

async function publish({ id: week, triedBefore, outbox }: OutboxRow, lock: StoreLock): Promise<void> {
  const report = await db().weeklyReport.findUnique({ where: { week }, include: { createdBy: true } });
  const finished = db().outbox.update({
    where: { id: outbox },
    data: { doneAt: new Date(), lastError: null, nextAttemptAt: null },
  });
  if (!report) {
    await finished;
    return;
  }
  await ensureStoreLocked(lock);
  const mark = `${week} ${report.createdAt.toISOString()}`;
  const written = triedBefore
    ? await findCommit(storeDir(), report.createdAt, (message) => trailersOf(message, 'Weekly-Report')[0] === mark)
    : null;
  const commit =
    written ??
    (await commitFiles(
      storeDir(),
      {
        files: [{ path: `weekly/${week.slice(0, 4)}/${week}.md`, content: report.markdown }],
        author: { ...(report.createdBy ?? SYSTEM), at: report.createdAt },
        committer: { name: SYSTEM.name, email: SYSTEM.email, at: report.createdAt },
        message: `Report the week ${week}\n\n${report.from} to ${report.to}, from the tables of the dashboard.\n\nWeekly-Report: ${mark}\n`,
      },
      () => lock.confirm(),
    ));
  await db().$transaction([
    finished,
    db().weeklyReport.update({ where: { week }, data: { commitOid: commit, publishedAt: new Date() } }),
    audit(db(), {
      actorId: null,
      verb: 'store.publish',
      subjectKind: 'weekly_report',
      subjectId: week,
      data: { commit },
    }),
  ]);
}
