import { z } from 'zod';
import { route } from '@/app/api/handler';
import { revokeKey } from '@/lib/auth/api-keys';

const Params = z.object({ id: z.uuid('This is not the id of a key.') });

export const DELETE = route('keys.manage', async ({ actor, params }) => {
  await revokeKey(actor, Params.parse(params).id);
  return new Response(null, { status: 204 });
});
