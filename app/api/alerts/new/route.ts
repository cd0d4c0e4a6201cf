import { z } from 'zod';
import { readQuery, route } from '@/app/api/handler';
import { countNew } from '@/lib/alerts/list-alerts';
import { AlertQuery } from '@/lib/alerts/schema';

const NewQuery = AlertQuery.extend({
  since: z.iso.datetime({ offset: true, error: 'An ISO 8601 time, like 2026-04-20T21:51:13Z.' }),
});

/** How many alerts that match the filters came in after `since`. */
export const GET = route('alerts.read', ({ actor, url }) => {
  const { since, ...query } = readQuery(url, NewQuery);
  return countNew(actor, since, query);
});
