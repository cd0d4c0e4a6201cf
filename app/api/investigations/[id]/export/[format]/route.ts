import { readQuery, route } from '@/app/api/handler';
import { exportReport } from '@/lib/exports/export-report';
import { ExportQuery } from '@/lib/exports/schema';

export const dynamic = 'force-dynamic';

export const GET = route('reports.export', async ({ actor, params, url }) => {
  const file = await exportReport(actor, params.id ?? '', params.format ?? '', readQuery(url, ExportQuery));
  return new Response(new Uint8Array(file.content), {
    headers: {
      'content-type': file.type,
      'content-disposition': `attachment; filename="${file.name}"`,
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    },
  });
});
