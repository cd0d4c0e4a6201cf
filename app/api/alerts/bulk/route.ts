import { route } from '@/app/api/handler';
import { BulkTriage, BulkTriaged, triageAlerts } from '@/lib/alerts/triage-alert';

export const POST = route(
  {
    verb: 'alerts.triage',
    summary: 'Triage up to 500 alerts alike. Those that can’t take the change are in `failed`; the others are changed.',
    body: BulkTriage,
    response: BulkTriaged,
  },
  ({ actor, body: { ids, patch } }) => triageAlerts(actor, ids, patch),
);
