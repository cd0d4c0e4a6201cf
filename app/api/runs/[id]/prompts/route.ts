import { ById, itemsOf, route } from '@/app/api/handler';
import { listPrompts, PromptItem } from '@/lib/agent/prompts';

export const GET = route(
  {
    verb: 'runs.read',
    summary: 'The requests that the run sent to its model.',
    params: ById,
    response: itemsOf(PromptItem),
  },
  async ({ actor, params }) => ({ items: await listPrompts(actor, params.id) }),
);
