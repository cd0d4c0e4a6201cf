import { route } from '@/app/api/handler';
import { readTwoFactorPolicy, setTwoFactorPolicy, TwoFactorPolicy } from '@/lib/auth/two-factor-policy';

export const GET = route(
  { verb: 'settings.read', summary: 'The roles that need two-factor sign-in.', response: TwoFactorPolicy },
  ({ actor }) => readTwoFactorPolicy(actor),
);

export const PUT = route(
  {
    verb: 'users.manage',
    summary: 'Set the roles that need two-factor sign-in. Their people can do nothing else before they have set it up.',
    body: TwoFactorPolicy,
    response: TwoFactorPolicy,
  },
  ({ actor, body }) => setTwoFactorPolicy(actor, body),
);
