import { ById, route } from '@/app/api/handler';
import { RunView } from '@/lib/agent/events';
import { resumeRun } from '@/lib/agent/resume-run';

export const POST = route(
  {
    verb: 'runs.start',
    summary: 'Resume a run that failed or was stopped, or retry a suspended one now.',
    params: ById,
    status: 202,
    response: RunView,
  },
  ({ actor, params }) => resumeRun(actor, params.id),
);
