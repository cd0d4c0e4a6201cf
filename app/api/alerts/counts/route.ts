import { route } from '@/app/api/handler';
import { AlertCounts, countAlerts } from '@/lib/alerts/count-alerts';

export const GET = route(
  {
    verb: 'alerts.read',
    summary: 'How many alerts are not closed: all, yours, unassigned. Each is counted up to `most`.',
    response: AlertCounts,
  },
  ({ actor }) => countAlerts(actor),
);
