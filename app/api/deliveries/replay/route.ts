import { route } from '@/app/api/handler';
import { ReplayDeliveries, ReplayedDeliveries, replayDeliveries } from '@/lib/alerts/replay-deliveries';

export const POST = route(
  {
    verb: 'deliveries.replay',
    summary:
      'Read up to 100 deliveries again with the current adapters, oldest first. `failed`: those that could not be replayed.',
    body: ReplayDeliveries,
    status: 202,
    response: ReplayedDeliveries,
  },
  ({ actor, body }) => replayDeliveries(actor, body),
);
