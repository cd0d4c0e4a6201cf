import { ById, nothing, route } from '@/app/api/handler';
import { resetTwoFactor } from '@/lib/auth/two-factor';

export const DELETE = route(
  {
    verb: 'users.manage',
    summary: 'Remove the second factor of a person who lost it. This ends their sessions.',
    params: ById,
    status: 204,
    response: nothing,
  },
  ({ actor, params }) => resetTwoFactor(actor, params.id),
);
