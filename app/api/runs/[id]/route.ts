import { ById, route } from '@/app/api/handler';
import { RunView } from '@/lib/agent/events';
import { getRun } from '@/lib/agent/read-run';

export const GET = route(
  { verb: 'runs.read', summary: 'One run.', params: ById, response: RunView },
  ({ actor, params }) => getRun(actor, params.id),
);
