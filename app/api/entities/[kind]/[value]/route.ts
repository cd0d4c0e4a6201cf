import { route } from '@/app/api/handler';
import { readEntity } from '@/lib/entities/read-entity';
import { EntityPath, EntityQuery, EntityView } from '@/lib/entities/schema';

export const GET = route(
  {
    verb: 'entities.read',
    summary: 'One entity under any of its names: alerts, cases, what it appears with, and its trust.',
    params: EntityPath,
    query: EntityQuery,
    response: EntityView,
  },
  ({ actor, params, query }) => readEntity(actor, params, query),
);
