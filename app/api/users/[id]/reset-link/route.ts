import { ById, route } from '@/app/api/handler';
import { AccountLink, createAccountLink } from '@/lib/auth/account-links';

export const POST = route(
  {
    verb: 'users.manage',
    summary: 'Create a one-time link with which a person sets a password: an invitation, or a reset. Shown only once.',
    params: ById,
    status: 201,
    response: AccountLink,
  },
  ({ actor, params }) => createAccountLink(actor, params.id),
);
