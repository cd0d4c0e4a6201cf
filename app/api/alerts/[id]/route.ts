import { ById, route } from '@/app/api/handler';
import { getAlertJson } from '@/lib/alerts/list-alerts';
import { AlertDetail, AlertPatch } from '@/lib/alerts/schema';
import { Triaged, triageAlert } from '@/lib/alerts/triage-alert';

export const GET = route(
  { verb: 'alerts.read', summary: 'One alert with its raw document.', params: ById, response: AlertDetail },
  async ({ actor, params }) => {
    const body = await getAlertJson(actor, params.id);
    return new Response(body, { headers: { 'content-type': 'application/json', 'cache-control': 'no-store' } });
  },
);

export const PATCH = route(
  {
    verb: 'alerts.triage',
    summary: 'Triage an alert. `previous` has the values before; sent back as a patch, they undo the change.',
    params: ById,
    body: AlertPatch,
    response: Triaged,
  },
  ({ actor, params, body }) => triageAlert(actor, params.id, body),
);
