import { itemsOf, route } from '@/app/api/handler';
import { ImportFile, importConnections } from '@/lib/connections/import-connections';
import { ConnectionDetail } from '@/lib/connections/schema';

export const POST = route(
  {
    verb: 'connections.manage',
    summary:
      'Add the servers of a file in the form of .mcp.json, with references to variables of Socdown’s environment. All or none are added.',
    body: ImportFile,
    status: 201,
    response: itemsOf(ConnectionDetail),
  },
  async ({ actor, body }) => ({ items: await importConnections(actor, body) }),
);
