import { ById, route } from '@/app/api/handler';
import { requestReviewers } from '@/lib/reviews/request-reviewers';
import { RequestReviewers, ReviewDetail } from '@/lib/reviews/schema';

export const PUT = route(
  {
    verb: 'reviews.request',
    summary: 'Set the requested reviewers to exactly these people.',
    params: ById,
    body: RequestReviewers,
    response: ReviewDetail,
  },
  ({ actor, params, body }) => requestReviewers(actor, params.id, body),
);
