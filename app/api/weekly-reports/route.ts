import { z } from 'zod';
import { itemsOf, route } from '@/app/api/handler';
import { makeWeekly } from '@/lib/weekly/make-weekly';
import { listWeekly } from '@/lib/weekly/read-weekly';
import { Week, WeeklyItem, WeeklyReport } from '@/lib/weekly/schema';

export const GET = route(
  { verb: 'dashboard.read', summary: 'The weekly reports, newest first.', response: itemsOf(WeeklyItem) },
  async ({ actor }) => ({ items: await listWeekly(actor) }),
);

export const POST = route(
  {
    verb: 'dashboard.report',
    summary: 'Write the report of a finished week (by default the last one), or rewrite it.',
    body: z.strictObject({ week: Week.optional() }),
    status: 201,
    response: WeeklyReport,
  },
  ({ actor, body }) => makeWeekly(actor, body.week),
);
