import { z } from 'zod';
import { route } from '@/app/api/handler';
import { countNew } from '@/lib/alerts/count-alerts';
import { AlertQuery } from '@/lib/alerts/schema';
import { DbTime } from '@/lib/db/db-time';

export const GET = route(
  {
    verb: 'alerts.read',
    summary: 'How many alerts that match the filters arrived after `since`.',
    query: AlertQuery.extend({ since: DbTime }),
    response: z.object({ count: z.number() }),
  },
  ({ actor, query: { since, ...query } }) => countNew(actor, since, query),
);
