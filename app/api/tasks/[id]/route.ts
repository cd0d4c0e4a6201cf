import { ById, route } from '@/app/api/handler';
import { changeTask } from '@/lib/tasks/change-task';
import { ChangeTask, Task } from '@/lib/tasks/schema';

export const PATCH = route(
  {
    verb: 'tasks.change',
    summary: 'Assign a task, close it (done, or declined with a reason), or reopen it.',
    params: ById,
    body: ChangeTask,
    response: Task,
  },
  ({ actor, params, body }) => changeTask(actor, params.id, body),
);
