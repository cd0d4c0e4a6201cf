import { z } from 'zod';
import { ById, route } from '@/app/api/handler';
import { addComment, sendComments } from '@/lib/reviews/add-comment';
import { AddComment, CommentView } from '@/lib/reviews/schema';

export const POST = route(
  {
    verb: 'reviews.comment',
    summary:
      'Comment on lines or on the whole report, or reply in a thread. pending: kept until comments are submitted.',
    params: ById,
    body: AddComment,
    status: 201,
    response: CommentView,
  },
  ({ actor, params, body }) => addComment(actor, params.id, body),
);

export const PUT = route(
  {
    verb: 'reviews.comment',
    summary: 'Submit your pending comments without a decision.',
    params: ById,
    response: z.object({ sent: z.number() }),
  },
  ({ actor, params }) => sendComments(actor, params.id),
);
