import { z } from 'zod';
import { ById, route } from '@/app/api/handler';
import { replayDelivery } from '@/lib/alerts/deliveries';
import { Ingested } from '@/lib/alerts/ingest-alerts';

export const POST = route(
  {
    verb: 'deliveries.replay',
    summary: 'Read a delivery’s body again with the current adapters. `reread`: alerts that were misread before.',
    params: ById,
    status: 202,
    response: Ingested.extend({ reread: z.number() }),
  },
  ({ actor, params }) => replayDelivery(actor, params.id),
);
