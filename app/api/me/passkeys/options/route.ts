import { z } from 'zod';
import { reply, route } from '@/app/api/handler';
import { originOf } from '@/app/public-origin';
import { PasswordAgain } from '@/lib/auth/two-factor';
import { startPasskey } from '@/lib/passkeys/add';

export const POST = route(
  {
    verb: 'account.manage',
    summary:
      'Start adding a passkey, with the password: what the browser asks the device for (WebAuthn creation options).',
    body: PasswordAgain,
    response: z.object({ options: z.unknown() }),
  },
  async ({ actor, body, request }) => {
    const { options, cookie } = await startPasskey(actor, body, request, originOf(request.headers));
    return reply({ options }, { headers: { 'set-cookie': cookie } });
  },
);
