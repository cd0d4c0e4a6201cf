import { json, readJson, route } from '@/app/api/handler';
import { addConnection } from '@/lib/connections/manage-connections';
import { listConnections } from '@/lib/connections/read-connections';
import { NewConnection } from '@/lib/connections/schema';

export const GET = route('connections.read', async ({ actor }) => ({ items: await listConnections(actor) }));

export const POST = route('connections.manage', async ({ actor, request }) =>
  json(await addConnection(actor, await readJson(request, NewConnection)), 201),
);
