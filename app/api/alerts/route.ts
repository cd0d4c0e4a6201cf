import { json, readJson, readQuery, route } from '@/app/api/handler';
import { createAlert, NewAlert } from '@/lib/alerts/create-alert';
import { listAlerts } from '@/lib/alerts/list-alerts';
import { AlertQuery } from '@/lib/alerts/schema';

export const GET = route('alerts.read', ({ actor, url }) => listAlerts(actor, readQuery(url, AlertQuery)));

/** A manual alert → 201; {source, sourceRef} of one that is here → 200. */
export const POST = route('alerts.ingest', async ({ actor, request }) => {
  const { alert, created } = await createAlert(actor, await readJson(request, NewAlert));
  return json(alert, created ? 201 : 200);
});
