import { pageOf, route } from '@/app/api/handler';
import { Delivery, DeliveryQuery, listDeliveries } from '@/lib/alerts/deliveries';

export const GET = route(
  {
    verb: 'deliveries.read',
    summary: 'The requests of alert senders, newest first: what each became, or why it was refused.',
    query: DeliveryQuery,
    response: pageOf(Delivery),
  },
  ({ actor, query }) => listDeliveries(actor, query),
);
