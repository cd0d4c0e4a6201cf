import { z } from 'zod';
import { nothing, reply, route } from '@/app/api/handler';
import { redirectUrlOf } from '@/app/public-origin';
import { readOwnSso, unlinkSso } from '@/lib/sso/link';
import { OwnSso, SSO_CALLBACK } from '@/lib/sso/schema';
import { startSsoLink } from '@/lib/sso/start';

export const GET = route(
  {
    verb: 'account.manage',
    summary:
      'Whether your account is linked to the single sign-on provider; in a session only. null: no provider is set up.',
    response: OwnSso,
  },
  ({ actor }) => readOwnSso(actor),
);

export const POST = route(
  {
    verb: 'account.manage',
    summary: 'Start linking your account to the provider. The browser then goes to `url`; in a session only.',
    response: z.object({ url: z.string() }),
  },
  async ({ actor, request }) => {
    const { url, cookie } = await startSsoLink(actor, redirectUrlOf(request.headers, SSO_CALLBACK));
    return reply({ url }, { headers: { 'set-cookie': cookie } });
  },
);

export const DELETE = route(
  {
    verb: 'account.manage',
    summary: 'Unlink your account from the provider. You must have a password; in a session only.',
    status: 204,
    response: nothing,
  },
  ({ actor }) => unlinkSso(actor),
);
