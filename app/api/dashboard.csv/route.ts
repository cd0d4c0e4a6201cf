import { z } from 'zod';
import { download } from '@/app/api/download';
import { route } from '@/app/api/handler';
import { exportDashboard } from '@/lib/dashboard/read-dashboard';
import { DashboardQuery, DashboardTableName } from '@/lib/dashboard/schema';

export const GET = route(
  {
    verb: 'dashboard.read',
    summary: 'One table of the dashboard as CSV. No cell can run as a formula.',
    query: DashboardQuery.extend({ table: DashboardTableName }),
    response: z.string(),
    media: ['text/csv'],
  },
  async ({ actor, query: { table, ...query } }) =>
    download({
      content: await exportDashboard(actor, query, table),
      type: 'text/csv; charset=utf-8',
      name: `${table}.csv`,
    }),
);
