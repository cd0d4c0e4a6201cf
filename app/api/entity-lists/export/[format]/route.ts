import { z } from 'zod';
import { download } from '@/app/api/download';
import { Id, route } from '@/app/api/handler';
import { exportTrusted } from '@/lib/entities/list-trusted';
import { EntityListQuery } from '@/lib/entities/schema';

export const GET = route(
  {
    verb: 'entities.read',
    summary:
      'The entries of an entity list that apply now, as a file: csv, stix (2.1), or txt with one value per line, as firewalls fetch it.',
    params: z.object({ format: Id }),
    query: EntityListQuery.pick({ trust: true, kind: true }),
    response: z.string(),
    media: ['text/csv', 'application/json', 'text/plain'],
  },
  async ({ actor, params, query }) => download(await exportTrusted(actor, query, params.format)),
);
