import { z } from 'zod';
import { reply, route } from '@/app/api/handler';
import { originOf } from '@/app/public-origin';
import { addPasskey, NewPasskey } from '@/lib/passkeys/add';
import { endedChallengeCookie } from '@/lib/passkeys/challenge';
import { listPasskeys } from '@/lib/passkeys/list';
import { Passkey } from '@/lib/passkeys/schema';

export const GET = route(
  {
    verb: 'account.manage',
    summary: 'Your passkeys, newest first; in a session only.',
    response: z.object({ items: z.array(Passkey) }),
  },
  async ({ actor }) => ({ items: await listPasskeys(actor) }),
);

export const POST = route(
  {
    verb: 'account.manage',
    summary: 'Add the passkey that a device made for the options before; in a session only.',
    body: NewPasskey,
    status: 201,
    response: Passkey,
  },
  async ({ actor, body, request }) => {
    const added = await addPasskey(actor, body, request, originOf(request.headers));
    return reply(added, { status: 201, headers: { 'set-cookie': endedChallengeCookie() } });
  },
);
