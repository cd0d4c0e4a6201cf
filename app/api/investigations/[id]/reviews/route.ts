import { ById, route } from '@/app/api/handler';
import { ReviewItem, SubmitReview } from '@/lib/reviews/schema';
import { submitReview } from '@/lib/reviews/submit-review';

export const POST = route(
  {
    verb: 'reviews.submit',
    summary: 'Submit the current draft as a revision for review.',
    params: ById,
    body: SubmitReview,
    status: 201,
    response: ReviewItem,
  },
  ({ actor, params, body: { version } }) => submitReview(actor, params.id, version === undefined ? {} : { version }),
);
