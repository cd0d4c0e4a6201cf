import { itemsOf, route } from '@/app/api/handler';
import { Coaching, listCoachings } from '@/lib/agent/coachings';

export const GET = route(
  {
    verb: 'runs.read',
    summary: 'The quick prompts: files of the store, with the instruction that each sends.',
    response: itemsOf(Coaching),
  },
  async ({ actor }) => ({ items: await listCoachings(actor) }),
);
