import { z } from 'zod';
import { route } from '@/app/api/handler';
import { countAlerts } from '@/lib/alerts/count-alerts';

export const GET = route(
  {
    verb: 'alerts.read',
    summary: 'How many alerts are not closed: all, yours, unassigned.',
    response: z.object({ open: z.number(), mine: z.number(), unassigned: z.number() }),
  },
  ({ actor }) => countAlerts(actor),
);
