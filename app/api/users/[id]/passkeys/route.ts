import { z } from 'zod';
import { ById, route } from '@/app/api/handler';
import { removePasskeysOf } from '@/lib/passkeys/list';

export const DELETE = route(
  {
    verb: 'users.manage',
    summary: 'Remove all passkeys of a person who lost a device or whose account was taken over.',
    params: ById,
    response: z.object({ removed: z.number() }),
  },
  ({ actor, params }) => removePasskeysOf(actor, params.id),
);
