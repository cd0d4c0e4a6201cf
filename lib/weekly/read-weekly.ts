import { type Actor, authorize } from '../auth/guard';
import { db } from '../db/client';
import { notFound } from '../errors/app-error';
import type { WeeklyItem, WeeklyReport } from './schema';

/** Two years of them. */
const MOST = 104;

/** The weekly reports, newest first, without their text. */
export async function listWeekly(actor: Actor): Promise<WeeklyItem[]> {
  authorize(actor, 'dashboard.read');
  const rows = await db().weeklyReport.findMany({ omit: { markdown: true }, orderBy: { week: 'desc' }, take: MOST });
  return rows.map(toItem);
}

/** One of them. @throws AppError not_found */
export async function readWeekly(actor: Actor, week: string): Promise<WeeklyReport> {
  authorize(actor, 'dashboard.read');
  const row = await db().weeklyReport.findUnique({ where: { week: week.slice(0, 20) } });
  if (!row) throw notFound('weekly report');
  return { ...toItem(row), markdown: row.markdown };
}

const toItem = (row: {
  week: string;
  from: string;
  to: string;
  createdAt: Date;
  commitOid: string | null;
}): WeeklyItem => ({
  week: row.week,
  from: row.from,
  to: row.to,
  commit: row.commitOid,
  createdAt: row.createdAt.toISOString(),
});
