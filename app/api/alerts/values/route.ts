import { z } from 'zod';
import { route } from '@/app/api/handler';
import { countValues, FACETS, FacetCounts } from '@/lib/alerts/count-alerts';
import { AlertFilter } from '@/lib/alerts/schema';

export const GET = route(
  {
    verb: 'alerts.read',
    summary: 'How many of the alerts that match the other filters have each value of one filter. At most 50 values.',
    query: AlertFilter.extend({ by: z.enum(FACETS) }),
    response: FacetCounts,
  },
  ({ actor, query: { by, ...filter } }) => countValues(actor, by, filter),
);
