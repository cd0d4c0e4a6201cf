import { z } from 'zod';
import { itemsOf, route } from '@/app/api/handler';
import { createKey, KeyLimits, KeyView, listKeys, NewKey } from '@/lib/auth/api-keys';
import { personId } from '@/lib/auth/guard';

export const GET = route(
  {
    verb: 'keys.manage',
    summary: 'Your own API keys; everyone’s for an admin.',
    response: itemsOf(KeyView),
  },
  async ({ actor }) => ({ items: await listKeys(actor) }),
);

export const POST = route(
  {
    verb: 'keys.manage',
    summary: 'Create an API key that acts as its owner: you or, for an admin, a service account. Shown only once.',
    body: z.strictObject({
      name: z.string().trim().min(1, 'Enter a name.').max(100),
      userId: z.string().min(1).max(64).optional(), // one's own when left out; else a service account's
      decideReviews: z.boolean().default(false), // approve and request changes as its owner; needs a session
      ...KeyLimits.shape,
    }),
    status: 201,
    response: NewKey,
  },
  ({ actor, body: { userId, ...key } }) => createKey(actor, { ...key, userId: userId ?? personId(actor) }),
);
