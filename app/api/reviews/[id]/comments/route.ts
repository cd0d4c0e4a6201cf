import { json, readJson, route } from '@/app/api/handler';
import { addComment, sendComments } from '@/lib/reviews/add-comment';
import { AddComment } from '@/lib/reviews/schema';

export const POST = route('reviews.comment', async ({ actor, params, request }) =>
  json(await addComment(actor, params.id ?? '', await readJson(request, AddComment)), 201),
);

/** Sends what the person has kept back. */
export const PUT = route('reviews.comment', async ({ actor, params }) => sendComments(actor, params.id ?? ''));
