import { z } from 'zod';
import { reply, route } from '@/app/api/handler';
import { endSessionsAtProvider } from '@/lib/sso/back-channel';

/** The caller is the provider: its signature on the token is what counts, and no cookie is read. */
export const POST = route(
  {
    verb: 'public',
    summary:
      'Back-channel logout (OpenID Connect): the provider posts `logout_token` as a form, and the sessions that it names end immediately.',
    body: z.object({ logout_token: z.string() }),
    rawBody: true,
    maxBytes: 20_000,
    response: z.object({ ended: z.number().int() }),
  },
  async ({ body }) => {
    const token = new URLSearchParams(body).get('logout_token') ?? '';
    return reply({ ended: await endSessionsAtProvider(token) }, { headers: { 'cache-control': 'no-store' } });
  },
);
