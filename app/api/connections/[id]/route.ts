import { ById, nothing, route } from '@/app/api/handler';
import { changeConnection, removeConnection } from '@/lib/connections/manage-connections';
import { getConnection } from '@/lib/connections/read-connections';
import { ConnectionChange, ConnectionDetail } from '@/lib/connections/schema';

export const GET = route(
  {
    verb: 'connections.read',
    summary: 'One connection with its tools.',
    params: ById,
    response: ConnectionDetail,
  },
  ({ actor, params }) => getConnection(actor, params.id),
);

export const PATCH = route(
  {
    verb: 'connections.manage',
    summary: 'Change a connection’s transport or secrets, or enable and disable it.',
    params: ById,
    body: ConnectionChange,
    response: ConnectionDetail,
  },
  ({ actor, params, body }) => changeConnection(actor, params.id, body),
);

export const DELETE = route(
  {
    verb: 'connections.manage',
    summary: 'Remove a connection with its secrets and tool classes.',
    params: ById,
    status: 204,
    response: nothing,
  },
  ({ actor, params }) => removeConnection(actor, params.id),
);
