import { z } from 'zod';
import { Id, itemsOf, route } from '@/app/api/handler';
import { BlameRange, blameRevision } from '@/lib/reviews/blame';

export const GET = route(
  {
    verb: 'reviews.read',
    summary: 'The author of each line of a revision: a person, a model or the template.',
    params: z.object({ id: Id, revision: Id }),
    response: itemsOf(BlameRange),
  },
  ({ actor, params }) => blameRevision(actor, params.id, params.revision),
);
