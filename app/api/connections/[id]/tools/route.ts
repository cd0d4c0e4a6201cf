import { readJson, route } from '@/app/api/handler';
import { decideTools } from '@/lib/connections/manage-connections';
import { DecideTools } from '@/lib/connections/schema';

export const PUT = route('connections.manage', async ({ actor, params, request }) =>
  decideTools(actor, params.id ?? '', await readJson(request, DecideTools)),
);
