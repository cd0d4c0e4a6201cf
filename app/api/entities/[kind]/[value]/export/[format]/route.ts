import { z } from 'zod';
import { download } from '@/app/api/download';
import { Id, route } from '@/app/api/handler';
import { exportEntity } from '@/lib/entities/export-entity';
import { EntityPath } from '@/lib/entities/schema';

export const GET = route(
  {
    verb: 'entities.read',
    summary: 'An entity as a file: csv (newest alerts and cases; no cell can run as a formula) or stix (2.1).',
    params: EntityPath.extend({ format: Id }),
    response: z.string(),
    media: ['text/csv', 'application/json'],
  },
  async ({ actor, params }) => download(await exportEntity(actor, params, params.format)),
);
