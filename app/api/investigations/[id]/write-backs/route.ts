import { ById, itemsOf, route } from '@/app/api/handler';
import { listWriteBacks } from '@/lib/write-back/decide';
import { WriteBack } from '@/lib/write-back/schema';

export const GET = route(
  {
    verb: 'investigations.read',
    summary: 'What an approved case offers to write back to the systems of its alerts, or wrote. Newest first.',
    params: ById,
    response: itemsOf(WriteBack),
  },
  async ({ actor, params }) => ({ items: await listWriteBacks(actor, params.id) }),
);
