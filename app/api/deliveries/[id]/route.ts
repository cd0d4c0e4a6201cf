import { z } from 'zod';
import { ById, route } from '@/app/api/handler';
import { Delivery, getDelivery } from '@/lib/alerts/deliveries';

export const GET = route(
  {
    verb: 'deliveries.body',
    summary: 'A delivery with its body, while that is kept (14 days).',
    params: ById,
    response: Delivery.extend({ body: z.string().nullable() }),
  },
  ({ actor, params }) => getDelivery(actor, params.id),
);
