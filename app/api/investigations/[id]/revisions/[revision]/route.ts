import { z } from 'zod';
import { Id, route } from '@/app/api/handler';
import { readRevisionText } from '@/lib/reviews/read-revision-text';

export const GET = route(
  {
    verb: 'reviews.read',
    summary: 'The text of any revision, to compare with.',
    params: z.object({ id: Id, revision: Id }),
    response: z.object({ id: z.string(), number: z.number(), markdown: z.string() }),
  },
  ({ actor, params }) => readRevisionText(actor, params.id, params.revision),
);
