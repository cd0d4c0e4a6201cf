import { ById, nothing, route } from '@/app/api/handler';
import { markSeen } from '@/lib/reviews/mark-seen';

export const PUT = route(
  {
    verb: 'reviews.read',
    summary: 'Record that you have seen this revision: the next one is compared with it.',
    params: ById,
    status: 204,
    response: nothing,
  },
  ({ actor, params }) => markSeen(actor, params.id),
);
