import { z } from 'zod';
import { pageOf, reply, route } from '@/app/api/handler';
import { createAlert, NewAlert } from '@/lib/alerts/create-alert';
import { listAlerts } from '@/lib/alerts/list-alerts';
import { AlertDetail, AlertItem, AlertQuery } from '@/lib/alerts/schema';
import { AlertReference, fetchAlert } from '@/lib/polling/fetch-alert';

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
    summary:
      'Create an alert by hand (201), or bring one in by {source, sourceRef}: found here (200), or fetched through a connection of its source (201).',
    body: z.union([AlertReference, NewAlert]),
    status: [201, 200],
    response: AlertDetail,
  },
  async ({ actor, body }) => {
    const reference = AlertReference.safeParse(body).data;
    const { alert, created } = reference
      ? await fetchAlert(actor, reference)
      : await createAlert(actor, NewAlert.parse(body));
    return reply(alert, { status: created ? 201 : 200 });
  },
);
