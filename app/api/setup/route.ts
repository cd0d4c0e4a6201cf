import { z } from 'zod';
import { json, publicRoute, readJson } from '@/app/api/handler';
import { createFirstAdmin, FirstAdmin } from '@/lib/auth/users';

const Setup = FirstAdmin.extend({ token: z.string().min(1).max(200) });

export const POST = publicRoute(async ({ request }) => {
  const { token, ...user } = await readJson(request, Setup);
  return json(await createFirstAdmin(token, user), 201);
});
