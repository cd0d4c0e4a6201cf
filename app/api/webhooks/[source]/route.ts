import { json, readText, route } from '@/app/api/handler';
import { ingestAlerts } from '@/lib/alerts/ingest-alerts';
import { requireJson } from './content-type';

/**
 * One alert, an array, or objects one after the other → 202 {accepted, duplicates, ids, rejected}.
 * A body that is no JSON is refused whole (400). Of a batch the readable items are stored and the others come back in
 * `rejected` [{index, code, message}]; when no item can be read, the answer is 400 or 422 and nothing is stored.
 */
export const POST = route('alerts.ingest', async ({ actor, request, params }) => {
  requireJson(request);
  return json(await ingestAlerts(actor, params.source ?? '', await readText(request)), 202);
});
