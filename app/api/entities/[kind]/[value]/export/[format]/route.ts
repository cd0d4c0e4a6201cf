import { z } from 'zod';
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
  async ({ actor, params }) => {
    const file = await exportEntity(actor, params, params.format);
    return new Response(file.content, {
      headers: {
        'content-type': file.type,
        'content-disposition': `attachment; filename="${file.name}"`,
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
      },
    });
  },
);
