import { z } from 'zod';
import { route } from '@/app/api/handler';
import { checkMethodText } from '@/lib/method/read-method';
import { CheckText } from '@/lib/method/schema';

export const POST = route(
  {
    verb: 'method.read',
    summary: 'What is wrong with a text for a file of the method. Nothing is kept.',
    body: CheckText,
    response: z.object({ problems: z.array(z.string()) }),
  },
  async ({ actor, body }) => ({ problems: await checkMethodText(actor, body.path, body.text) }),
);
