import { z } from 'zod';
import { itemsOf, route } from '@/app/api/handler';
import { createKey, KeyView, listKeys } from '@/lib/auth/api-keys';
import { personId } from '@/lib/auth/guard';

export const GET = route(
  {
    verb: 'keys.manage',
    summary: 'One’s own API keys; everybody’s for an admin.',
    response: itemsOf(KeyView),
  },
  async ({ actor }) => ({ items: await listKeys(actor) }),
);

export const POST = route(
  {
    verb: 'keys.manage',
    summary: 'Create an API key that acts as its owner: oneself, unless an admin names another user. Shown only once.',
    body: z.strictObject({
      name: z.string().trim().min(1, 'Enter a name.').max(100),
      userId: z.string().min(1).max(64).optional(),
    }),
    status: 201,
    response: z.object({ id: z.string(), key: z.string() }),
  },
  ({ actor, body: { name, userId } }) => createKey(actor, { name, userId: userId ?? personId(actor) }),
);
