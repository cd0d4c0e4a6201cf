import { readJson, route } from '@/app/api/handler';
import { changeConnection, removeConnection } from '@/lib/connections/manage-connections';
import { getConnection } from '@/lib/connections/read-connections';
import { ConnectionChange } from '@/lib/connections/schema';

export const GET = route('connections.read', async ({ actor, params }) => getConnection(actor, params.id ?? ''));

export const PATCH = route('connections.manage', async ({ actor, params, request }) =>
  changeConnection(actor, params.id ?? '', await readJson(request, ConnectionChange)),
);

export const DELETE = route('connections.manage', async ({ actor, params }) => {
  await removeConnection(actor, params.id ?? '');
  return new Response(null, { status: 204 });
});
