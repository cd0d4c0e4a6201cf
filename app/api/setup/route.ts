import { z } from 'zod';
import { route } from '@/app/api/handler';
import { createFirstAdmin, FirstAdmin, UserView } from '@/lib/auth/users';

export const POST = route(
  {
    verb: 'public',
    summary: 'Create the first admin with the token of the setup link.',
    body: FirstAdmin.extend({ token: z.string().min(1).max(200) }),
    maxBytes: 20_000,
    timeoutMs: 10_000,
    status: 201,
    response: UserView,
  },
  ({ body: { token, ...user } }) => createFirstAdmin(token, user),
);
