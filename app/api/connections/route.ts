import { itemsOf, route } from '@/app/api/handler';
import { addConnection } from '@/lib/connections/manage-connections';
import { listConnections } from '@/lib/connections/read-connections';
import { ConnectionDetail, ConnectionView, NewConnection } from '@/lib/connections/schema';

export const GET = route(
  { verb: 'connections.read', summary: 'The connected MCP servers.', response: itemsOf(ConnectionView) },
  async ({ actor }) => ({ items: await listConnections(actor) }),
);

export const POST = route(
  {
    verb: 'connections.manage',
    summary: 'Connect an MCP server over stdio or Streamable HTTP. Secrets are stored encrypted and never returned.',
    body: NewConnection,
    status: 201,
    response: ConnectionDetail,
  },
  ({ actor, body }) => addConnection(actor, body),
);
