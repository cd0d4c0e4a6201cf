import { type Actor, authorize, SYSTEM } from '../auth/guard';
import { readDashboard, readDashboardTable } from '../dashboard/read-dashboard';
import { audit } from '../db/audit';
import { db } from '../db/client';
import { AppError } from '../errors/app-error';
import { PUBLISH_WEEKLY_REPORT, type PublishWeeklyPayload } from '../jobs/outbox';
import { enqueuePublication } from '../jobs/queue';
import { log } from '../log/log';
import { readWeekly } from './read-weekly';
import { renderWeekly } from './render-weekly';
import { Week, type WeeklyReport } from './schema';
import { weeklySettings } from './settings';
import { daysOf, lastWeek, weekBefore, weekdayOf } from './weeks';

/**
 * Makes the report of a week that is over (default: the last one), or makes it again with the numbers of now. It is kept with the order
 * to commit it. @throws AppError bad_request for a week that is not over, or that does not exist
 */
export async function makeWeekly(actor: Actor, week = lastWeek(Date.now()), now = Date.now()): Promise<WeeklyReport> {
  authorize(actor, 'dashboard.report');
  const days = Week.safeParse(week).success ? daysOf(week) : null;
  if (!days) throw new AppError('bad_request', 'There is no such week. Enter one like 2026-W48.');
  if (week > lastWeek(now)) throw new AppError('bad_request', `${week} is not over yet. It ends on ${days.to}.`);
  const [dashboard, before, logs] = await Promise.all([
    readDashboard(actor, days),
    readDashboard(actor, weekBefore(days.from)),
    readDashboardTable(actor, days, 'logs').catch((error: unknown) => {
      if (error instanceof AppError) return null; // the report says so
      throw error;
    }),
  ]);
  const markdown = renderWeekly({ week, dashboard, before: before.headlines, logs });
  const made = {
    ...days,
    markdown,
    createdAt: new Date(now),
    createdById: actor.id,
    commitOid: null,
    publishedAt: null,
  };
  const payload: PublishWeeklyPayload = { week };
  await db().$transaction([
    db().weeklyReport.upsert({ where: { week }, create: { week, ...made }, update: made }),
    db().outbox.create({ data: { kind: PUBLISH_WEEKLY_REPORT, payload } }),
    audit(db(), { actorId: actor.id, verb: 'dashboard.report', subjectKind: 'weekly_report', subjectId: week }),
  ]);
  await enqueuePublication();
  return readWeekly(actor, week);
}

/** For the worker: makes last week's report from its day on, once. The demo organization's weeks stay out of the team's repository. */
export async function makeWeeklyWhenDue(now = Date.now()): Promise<void> {
  const { enabled, weekday } = await weeklySettings();
  if (!enabled || weekdayOf(now) < weekday) return;
  const week = lastWeek(now);
  if (await db().weeklyReport.count({ where: { week } })) return;
  if (!(await db().alert.findFirst({ where: { sample: false }, select: { id: true } }))) return;
  await makeWeekly(SYSTEM, week, now);
  log.info({ week }, 'weekly report');
}
