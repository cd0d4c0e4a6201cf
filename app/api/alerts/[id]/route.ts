import { readJson, route } from '@/app/api/handler';
import { getAlertJson } from '@/lib/alerts/list-alerts';
import { AlertPatch } from '@/lib/alerts/schema';
import { triageAlert } from '@/lib/alerts/triage-alert';

export const GET = route('alerts.read', async ({ actor, params }) => {
  const body = await getAlertJson(actor, params.id ?? '');
  return new Response(body, { headers: { 'content-type': 'application/json', 'cache-control': 'no-store' } });
});

/** The changed alert, with `previous`: sent back as a patch, it undoes the change. */
export const PATCH = route('alerts.triage', async ({ actor, request, params }) =>
  triageAlert(actor, params.id ?? '', await readJson(request, AlertPatch)),
);
