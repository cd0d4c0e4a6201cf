import { route } from '@/app/api/handler';
import { readDashboard } from '@/lib/dashboard/read-dashboard';
import { Dashboard, DashboardQuery } from '@/lib/dashboard/schema';

export const GET = route(
  {
    verb: 'dashboard.read',
    summary:
      'What a lead watches over a period of at most 92 days, as tables; each number with the address of what it counts.',
    query: DashboardQuery,
    response: Dashboard,
  },
  ({ actor, query }) => readDashboard(actor, query),
);
