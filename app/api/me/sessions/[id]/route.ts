import { z } from 'zod';
import { ById, route } from '@/app/api/handler';
import { signOutElsewhere } from '@/lib/auth/own-sessions';

export const DELETE = route(
  {
    verb: 'account.manage',
    summary: 'End one of your sessions.',
    params: ById,
    response: z.object({ ended: z.number() }),
  },
  ({ actor, params }) => signOutElsewhere(actor, params.id),
);
