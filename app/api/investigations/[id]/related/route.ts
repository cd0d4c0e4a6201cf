import { ById, itemsOf, route } from '@/app/api/handler';
import { RelatedCase, readRelated } from '@/lib/library/read-related';

export const GET = route(
  {
    verb: 'library.search',
    summary: 'Cases that share entities with this one, the most telling first; a verdict only where it was approved.',
    params: ById,
    response: itemsOf(RelatedCase),
  },
  async ({ actor, params }) => ({ items: await readRelated(actor, params.id) }),
);
