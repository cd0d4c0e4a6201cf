import { readJson, route } from '@/app/api/handler';
import { decideReview } from '@/lib/reviews/decide-review';
import { DecideReview } from '@/lib/reviews/schema';

export const POST = route('reviews.decide', async ({ actor, params, request }) =>
  decideReview(actor, params.id ?? '', await readJson(request, DecideReview)),
);
