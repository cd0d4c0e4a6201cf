import { z } from 'zod';
import { route } from '@/app/api/handler';
import { describeLogSource, LogFields } from '@/lib/connections/log-sources';

export const GET = route(
  {
    verb: 'settings.read',
    summary: 'The fields of a log source.',
    params: z.object({ name: z.string().max(200) }),
    response: LogFields,
  },
  ({ actor, params }) => describeLogSource(actor, params.name),
);
