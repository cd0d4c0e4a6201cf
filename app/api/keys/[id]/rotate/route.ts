import { z } from 'zod';
import { route } from '@/app/api/handler';
import { NewKey } from '@/lib/auth/api-keys';
import { Rotation, rotateKey } from '@/lib/auth/rotate-key';

export const POST = route(
  {
    verb: 'keys.manage',
    summary: 'Replace an API key. The old one works for `graceHours` more (24 by default). Shown only once.',
    params: z.object({ id: z.uuid('This is not the id of a key.') }),
    body: Rotation,
    status: 201,
    response: NewKey,
  },
  ({ actor, params, body }) => rotateKey(actor, params.id, body),
);
