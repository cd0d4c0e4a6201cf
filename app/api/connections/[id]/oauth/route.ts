import { ById, route } from '@/app/api/handler';
import { signOut } from '@/lib/connections/oauth/sign-out';
import { ConnectionDetail } from '@/lib/connections/schema';

export const DELETE = route(
  {
    verb: 'connections.manage',
    summary: 'Sign out of a connection: its tokens are deleted, and revoked where the server supports it.',
    params: ById,
    response: ConnectionDetail,
  },
  ({ actor, params }) => signOut(actor, params.id),
);
