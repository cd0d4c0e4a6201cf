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
      'Whether one’s account is linked to the provider of single sign-on; in a session only. null: there is none.',
    response: OwnSso,
  },
  ({ actor }) => readOwnSso(actor),
);

export const POST = route(
  {
    verb: 'account.manage',
    summary: 'Begin to link one’s account to the provider. The browser then goes to `url`; in a session only.',
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
    summary: 'End the link of one’s account to the provider. One must have a password; in a session only.',
    status: 204,
    response: nothing,
  },
  ({ actor }) => unlinkSso(actor),
);
