import { z } from 'zod';
import { route } from '@/app/api/handler';
import { LinkUse, redeemAccountLink } from '@/lib/auth/account-links';

export const POST = route(
  {
    verb: 'public',
    summary: 'Set a password with a one-time link. All sessions of the person end.',
    body: LinkUse,
    maxBytes: 20_000,
    timeoutMs: 10_000,
    response: z.object({ email: z.string() }),
  },
  ({ body }) => redeemAccountLink(body),
);
