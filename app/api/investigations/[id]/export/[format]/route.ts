import { z } from 'zod';
import { download } from '@/app/api/download';
import { Id, route } from '@/app/api/handler';
import { exportReport } from '@/lib/exports/export-report';
import { ExportQuery } from '@/lib/exports/schema';

export const dynamic = 'force-dynamic';

export const GET = route(
  {
    verb: 'reports.export',
    summary:
      'An approved report as a file: pdf, html (one page that loads nothing) or md. The last revision unless one is named.',
    params: z.object({ id: Id, format: Id }),
    query: ExportQuery,
    response: z.string(),
    media: ['application/pdf', 'text/html', 'text/markdown'],
  },
  async ({ actor, params, query }) => {
    const file = await exportReport(actor, params.id, params.format, query);
    return download({ ...file, content: new Uint8Array(file.content) });
  },
);
