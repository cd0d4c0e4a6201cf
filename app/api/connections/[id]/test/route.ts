import { ById, route } from '@/app/api/handler';
import { testConnection } from '@/lib/connections/manage-connections';
import { ConnectionDetail } from '@/lib/connections/schema';

export const POST = route(
  {
    verb: 'connections.manage',
    summary: 'Connect now and list the tools. Confirms none of them.',
    params: ById,
    response: ConnectionDetail,
  },
  ({ actor, params }) => testConnection(actor, params.id),
);
