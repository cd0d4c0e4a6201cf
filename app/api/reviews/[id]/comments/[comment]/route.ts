import { readJson, route } from '@/app/api/handler';
import { discardComment, resolveThread } from '@/lib/reviews/add-comment';
import { getReview } from '@/lib/reviews/get-review';
import { ResolveThread } from '@/lib/reviews/schema';

export const PATCH = route('reviews.comment', async ({ actor, params, request }) => {
  const id = params.id ?? '';
  await resolveThread(actor, id, params.comment ?? '', await readJson(request, ResolveThread));
  return getReview(actor, id);
});

export const DELETE = route('reviews.comment', async ({ actor, params }) => {
  const id = params.id ?? '';
  await discardComment(actor, id, params.comment ?? '');
  return getReview(actor, id);
});
