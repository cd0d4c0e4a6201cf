import { ById, route } from '@/app/api/handler';
import { cancelRun } from '@/lib/agent/cancel-run';
import { RunView } from '@/lib/agent/events';

export const POST = route(
  {
    verb: 'runs.cancel',
    summary: 'Stop a run. The draft so far is kept.',
    params: ById,
    status: 202,
    response: RunView,
  },
  ({ actor, params }) => cancelRun(actor, params.id),
);
