import { z } from 'zod';
import { itemsOf, route } from '@/app/api/handler';
import { listSessions, SessionView, signOutElsewhere } from '@/lib/auth/own-sessions';

export const GET = route(
  { verb: 'account.manage', summary: 'Where you are signed in.', response: itemsOf(SessionView) },
  async ({ actor }) => ({ items: await listSessions(actor) }),
);

export const DELETE = route(
  {
    verb: 'account.manage',
    summary: 'Sign out everywhere else.',
    response: z.object({ ended: z.number() }),
  },
  ({ actor }) => signOutElsewhere(actor),
);
