import { z } from 'zod';
import { route } from '@/app/api/handler';
import { PasswordAgain, renewRecoveryCodes } from '@/lib/auth/two-factor';

export const POST = route(
  {
    verb: 'account.manage',
    summary: 'Replace your recovery codes, with the password. Shown once.',
    body: PasswordAgain,
    status: 201,
    response: z.object({ recoveryCodes: z.array(z.string()) }),
  },
  ({ actor, body, request }) => renewRecoveryCodes(actor, body, request),
);
