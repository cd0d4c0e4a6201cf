import { z } from 'zod';
import { route } from '@/app/api/handler';
import { readDashboardTable } from '@/lib/dashboard/read-dashboard';
import { DashboardQuery, DashboardTable, DashboardTableName } from '@/lib/dashboard/schema';

export const GET = route(
  {
    verb: 'dashboard.read',
    summary: 'One table of the dashboard; `logs` is read here only.',
    params: z.object({ table: DashboardTableName }),
    query: DashboardQuery,
    response: DashboardTable,
  },
  ({ actor, params, query }) => readDashboardTable(actor, query, params.table),
);
