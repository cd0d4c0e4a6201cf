import { ById, route } from '@/app/api/handler';
import { TestedConnection } from '@/lib/connections/schema';
import { testConnection } from '@/lib/connections/test-connection';

export const POST = route(
  {
    verb: 'connections.manage',
    summary:
      'Connect now, list the tools and, for a system of the catalogue, make one harmless read and apply the reviewed classes.',
    params: ById,
    response: TestedConnection,
  },
  ({ actor, params }) => testConnection(actor, params.id),
);
