import { z } from 'zod';
import { Id, route } from '@/app/api/handler';
import { discardComment, resolveThread } from '@/lib/reviews/add-comment';
import { getReview } from '@/lib/reviews/get-review';
import { ResolveThread, ReviewDetail } from '@/lib/reviews/schema';

const params = z.object({ id: Id, comment: Id });

export const PATCH = route(
  {
    verb: 'reviews.comment',
    summary: 'Resolve a thread, or reopen it.',
    params,
    body: ResolveThread,
    response: ReviewDetail,
  },
  async ({ actor, params: { id, comment }, body }) => {
    await resolveThread(actor, id, comment, body);
    return getReview(actor, id);
  },
);

export const DELETE = route(
  { verb: 'reviews.comment', summary: 'Discard a pending comment.', params, response: ReviewDetail },
  async ({ actor, params: { id, comment } }) => {
    await discardComment(actor, id, comment);
    return getReview(actor, id);
  },
);
