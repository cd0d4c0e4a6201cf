import { pageOf, reply, route } from '@/app/api/handler';
import { createAlert, NewAlert } from '@/lib/alerts/create-alert';
import { listAlerts } from '@/lib/alerts/list-alerts';
import { AlertDetail, AlertItem, AlertQuery } from '@/lib/alerts/schema';

export const GET = route(
  {
    verb: 'alerts.read',
    summary: 'The alert queue, a page at a time.',
    query: AlertQuery,
    response: pageOf(AlertItem),
  },
  ({ actor, query }) => listAlerts(actor, query),
);

export const POST = route(
  {
    verb: 'alerts.ingest',
    summary: 'Create an alert by hand (201), or find one by {source, sourceRef} (200).',
    body: NewAlert,
    status: [201, 200],
    response: AlertDetail,
  },
  async ({ actor, body }) => {
    const { alert, created } = await createAlert(actor, body);
    return reply(alert, { status: created ? 201 : 200 });
  },
);
