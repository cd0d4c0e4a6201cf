import { z } from 'zod';
import { Id, route } from '@/app/api/handler';
import { readWeekly } from '@/lib/weekly/read-weekly';
import { WeeklyReport } from '@/lib/weekly/schema';

export const GET = route(
  {
    verb: 'dashboard.read',
    summary: 'One weekly report, in Markdown.',
    params: z.object({ week: Id }),
    response: WeeklyReport,
  },
  ({ actor, params }) => readWeekly(actor, params.week),
);
