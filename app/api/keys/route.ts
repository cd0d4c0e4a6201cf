import { z } from 'zod';
import { json, readJson, route } from '@/app/api/handler';
import { createKey, listKeys } from '@/lib/auth/api-keys';
import { personId } from '@/lib/auth/guard';

const NewKey = z.strictObject({
  name: z.string().trim().min(1, 'Enter a name').max(100),
  userId: z.string().min(1).max(64).optional(), // one's own when left out; else a service account's
  decideReviews: z.boolean().default(false), // approve and request changes as its owner; needs a session
});

export const GET = route('keys.manage', async ({ actor }) => ({ items: await listKeys(actor) }));

export const POST = route('keys.manage', async ({ actor, request }) => {
  const { name, userId, decideReviews } = await readJson(request, NewKey);
  return json(await createKey(actor, { name, userId: userId ?? personId(actor), decideReviews }), 201);
});
