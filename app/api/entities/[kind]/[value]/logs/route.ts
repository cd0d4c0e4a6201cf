import { route } from '@/app/api/handler';
import { readEntityLogs } from '@/lib/entities/read-logs';
import { EntityLogs, EntityPath } from '@/lib/entities/schema';

export const GET = route(
  {
    verb: 'logs.search',
    summary: 'Events of the logs that hold an entity, in the week of when it was last seen. Nothing is recorded.',
    params: EntityPath,
    response: EntityLogs,
  },
  ({ actor, params }) => readEntityLogs(actor, params),
);
