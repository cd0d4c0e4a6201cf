import { z } from 'zod';
import { ById, route } from '@/app/api/handler';
import { allowSsoLink } from '@/lib/sso/link';

export const POST = route(
  {
    verb: 'users.manage',
    summary: 'Let the next sign-in at the provider with the same verified address link this account to the provider.',
    params: ById,
    response: z.object({ until: z.string() }),
  },
  ({ actor, params }) => allowSsoLink(actor, params.id),
);
