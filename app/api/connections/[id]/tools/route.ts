import { ById, route } from '@/app/api/handler';
import { decideTools } from '@/lib/connections/manage-connections';
import { ConnectionDetail, DecideTools } from '@/lib/connections/schema';

export const PUT = route(
  {
    verb: 'connections.manage',
    summary: 'Set the classes of tools, confirming the definitions by their hashes. 409 when a definition has changed.',
    params: ById,
    body: DecideTools,
    response: ConnectionDetail,
  },
  ({ actor, params, body }) => decideTools(actor, params.id, body),
);
