import { ById, route } from '@/app/api/handler';
import { OpenWork, openWork } from '@/lib/people/hand-over';

export const GET = route(
  {
    verb: 'users.manage',
    summary: 'How many open alerts, tasks and review requests a person has.',
    params: ById,
    response: OpenWork,
  },
  ({ actor, params }) => openWork(actor, params.id),
);
