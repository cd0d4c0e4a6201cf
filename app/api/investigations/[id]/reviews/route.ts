import { json, readJson, route } from '@/app/api/handler';
import { SubmitReview } from '@/lib/reviews/schema';
import { submitReview } from '@/lib/reviews/submit-review';

export const POST = route('reviews.submit', async ({ actor, params, request }) =>
  json(await submitReview(actor, params.id ?? '', await readJson(request, SubmitReview)), 201),
);
