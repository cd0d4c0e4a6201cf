import { ById, route } from '@/app/api/handler';
import { decideReview } from '@/lib/reviews/decide-review';
import { DecideReview, ReviewDetail } from '@/lib/reviews/schema';

export const POST = route(
  {
    verb: 'reviews.decide',
    summary: 'Approve or request changes, naming the revision that was read. Submits pending comments too.',
    params: ById,
    body: DecideReview,
    response: ReviewDetail,
  },
  ({ actor, params, body }) => decideReview(actor, params.id, body),
);
