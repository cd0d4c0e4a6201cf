import { route } from '@/app/api/handler';
import { listTrusted } from '@/lib/entities/list-trusted';
import { EntityListPage, EntityListQuery } from '@/lib/entities/schema';

export const GET = route(
  {
    verb: 'entities.read',
    summary: 'What the team says something about: known bad, watched, known good and the others.',
    query: EntityListQuery,
    response: EntityListPage,
  },
  ({ actor, query }) => listTrusted(actor, query),
);
