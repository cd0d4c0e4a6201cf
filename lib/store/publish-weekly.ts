import { SYSTEM } from '../auth/guard';
import { audit } from '../db/audit';
import { db } from '../db/client';
import { PUBLISH_WEEKLY_REPORT } from '../jobs/outbox';
import { trailersOf } from './commit-message';
import { type Publication, type Published, publishOutbox } from './publish-outbox';

/** Commits weekly reports, one each: `weekly/2026/2026-W48.md`. */
export const publishWeeklyReports = (): Promise<Published> =>
  publishOutbox({ kind: PUBLISH_WEEKLY_REPORT, key: 'week', inOrderBy: 'week', prepare });

async function prepare(week: string): Promise<Publication | null> {
  const report = await db().weeklyReport.findUnique({ where: { week }, include: { createdBy: true } });
  if (!report) return null;
  const mark = `${week} ${report.createdAt.toISOString()}`;
  return {
    since: report.createdAt,
    isNamedIn: (message) => trailersOf(message, 'Weekly-Report')[0] === mark,
    record: (commit) => [
      db().weeklyReport.update({ where: { week }, data: { commitOid: commit, publishedAt: new Date() } }),
      audit(db(), {
        actorId: null,
        verb: 'store.publish',
        subjectKind: 'weekly_report',
        subjectId: week,
        data: { commit },
      }),
    ],
    commit: {
      files: [{ path: `weekly/${week.slice(0, 4)}/${week}.md`, content: report.markdown }],
      author: { ...(report.createdBy ?? SYSTEM), at: report.createdAt },
      committer: { name: SYSTEM.name, email: SYSTEM.email, at: report.createdAt },
      message: `Report the week ${week}\n\n${report.from} to ${report.to}, from the tables of the dashboard.\n\nWeekly-Report: ${mark}\n`,
    },
  };
}
