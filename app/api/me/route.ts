import { z } from 'zod';
import { route } from '@/app/api/handler';
import { Me } from '@/lib/auth/guard';
import { changeProfile, Profile } from '@/lib/auth/person-account';

export const GET = route(
  { verb: 'people.list', summary: 'Who the session or the key belongs to.', response: Me },
  ({ actor: { id, name, role, email } }) => ({ id, name, role, email }),
);

export const PATCH = route(
  {
    verb: 'account.manage',
    summary: 'Change your name; in a session only.',
    body: Profile,
    response: z.object({ name: z.string() }),
  },
  ({ actor, body }) => changeProfile(actor, body),
);
