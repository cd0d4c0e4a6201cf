import { pageOf, route } from '@/app/api/handler';
import { listReviews } from '@/lib/reviews/list-reviews';
import { ReviewItem, ReviewQuery } from '@/lib/reviews/schema';

export const GET = route(
  {
    verb: 'reviews.read',
    summary: 'Reviews, newest first. waiting=me: those that the caller has to decide, or to change as their author.',
    query: ReviewQuery,
    response: pageOf(ReviewItem),
  },
  ({ actor, query }) => listReviews(actor, query),
);
