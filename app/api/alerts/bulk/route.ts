import { readJson, route } from '@/app/api/handler';
import { BulkTriage, triageAlerts } from '@/lib/alerts/triage-alert';

export const POST = route('alerts.triage', async ({ actor, request }) => {
  const { ids, patch } = await readJson(request, BulkTriage);
  return triageAlerts(actor, ids, patch);
});
