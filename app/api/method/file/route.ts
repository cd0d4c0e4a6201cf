import { z } from 'zod';
import { route } from '@/app/api/handler';
import { readMethodFile } from '@/lib/method/read-method';
import { MethodFile } from '@/lib/method/schema';

export const GET = route(
  {
    verb: 'method.read',
    summary: 'One file of the method as it applies now, with its open changes and earlier texts.',
    query: z.object({ path: z.string().max(300) }),
    response: MethodFile,
  },
  ({ actor, query }) => readMethodFile(actor, query.path),
);
