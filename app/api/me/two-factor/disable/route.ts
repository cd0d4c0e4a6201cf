import { nothing, route } from '@/app/api/handler';
import { disableTwoFactor, PasswordAgain } from '@/lib/auth/two-factor';

export const POST = route(
  {
    verb: 'account.manage',
    summary: 'Turn off two-factor sign-in, with the password.',
    body: PasswordAgain,
    status: 204,
    response: nothing,
  },
  ({ actor, body, request }) => disableTwoFactor(actor, body, request),
);
