import { ById, itemsOf, route } from '@/app/api/handler';
import { trustOfAlert } from '@/lib/entities/read-trust';
import { EntityTrust } from '@/lib/entities/schema';

export const GET = route(
  {
    verb: 'entities.read',
    summary: 'What the team says about the entities of an alert.',
    params: ById,
    response: itemsOf(EntityTrust),
  },
  async ({ actor, params }) => ({ items: await trustOfAlert(actor, params.id) }),
);
