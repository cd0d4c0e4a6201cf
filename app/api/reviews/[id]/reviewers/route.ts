import { readJson, route } from '@/app/api/handler';
import { requestReviewers } from '@/lib/reviews/request-reviewers';
import { RequestReviewers } from '@/lib/reviews/schema';

export const PUT = route('reviews.request', async ({ actor, params, request }) =>
  requestReviewers(actor, params.id ?? '', await readJson(request, RequestReviewers)),
);
