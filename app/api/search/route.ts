import { route } from '@/app/api/handler';
import { Everything, EverythingQuery, searchEverything } from '@/lib/library/search-everything';

export const GET = route(
  {
    verb: 'library.search',
    summary: 'Search alerts, cases, entities and people at once; the five best of each.',
    query: EverythingQuery,
    response: Everything,
  },
  ({ actor, query }) => searchEverything(actor, query),
);
