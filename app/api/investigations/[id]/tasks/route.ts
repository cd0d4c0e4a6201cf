import { ById, route } from '@/app/api/handler';
import { createTasks } from '@/lib/tasks/create-tasks';
import { listCaseTasks } from '@/lib/tasks/list-tasks';
import { CaseTasks, CreateTasks } from '@/lib/tasks/schema';

export const GET = route(
  {
    verb: 'tasks.read',
    summary: 'The tasks of a case, and the recommendations of its report that are none yet.',
    params: ById,
    response: CaseTasks,
  },
  ({ actor, params }) => listCaseTasks(actor, params.id),
);

export const POST = route(
  {
    verb: 'tasks.change',
    summary: 'Make tasks of recommendations. Those that the case already has with the same text stay as they are.',
    params: ById,
    body: CreateTasks,
    response: CaseTasks,
  },
  ({ actor, params, body }) => createTasks(actor, params.id, body),
);
