import { route } from '@/app/api/handler';
import { listOwnTasks } from '@/lib/tasks/list-tasks';
import { TaskList } from '@/lib/tasks/schema';

export const GET = route(
  { verb: 'tasks.read', summary: 'Your open tasks, those due first, then the oldest.', response: TaskList },
  async ({ actor }) => ({ items: await listOwnTasks(actor) }),
);
