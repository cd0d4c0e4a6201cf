import { ById, route } from '@/app/api/handler';
import { getReview } from '@/lib/reviews/get-review';
import { ReviewDetail } from '@/lib/reviews/schema';

export const GET = route(
  { verb: 'reviews.read', summary: 'A review with both texts and its threads.', params: ById, response: ReviewDetail },
  ({ actor, params }) => getReview(actor, params.id),
);
