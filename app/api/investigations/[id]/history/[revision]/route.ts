import { z } from 'zod';
import { Id, route } from '@/app/api/handler';
import { RevisionView, readRevision } from '@/lib/store/history';

export const GET = route(
  {
    verb: 'investigations.read',
    summary: 'One approved revision with its text.',
    params: z.object({ id: Id, revision: Id }),
    response: RevisionView,
  },
  ({ actor, params }) => readRevision(actor, params.id, params.revision),
);
