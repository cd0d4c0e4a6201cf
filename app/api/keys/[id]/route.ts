import { z } from 'zod';
import { nothing, route } from '@/app/api/handler';
import { revokeKey } from '@/lib/auth/api-keys';

export const DELETE = route(
  {
    verb: 'keys.manage',
    summary: 'Revoke an API key immediately.',
    params: z.object({ id: z.uuid('This is not the id of a key.') }),
    status: 204,
    response: nothing,
  },
  ({ actor, params }) => revokeKey(actor, params.id),
);
