import { z } from 'zod';
import { download } from '@/app/api/download';
import { route } from '@/app/api/handler';
import { exportAudit } from '@/lib/audit/export-audit';
import { AuditFilter } from '@/lib/audit/schema';

export const GET = route(
  {
    verb: 'audit.read',
    summary:
      'All entries of the audit log that match a filter, as CSV. No cell can run as a formula. Recorded in the log itself.',
    query: AuditFilter,
    response: z.string(),
    media: ['text/csv'],
  },
  async ({ actor, query }) =>
    download({
      content: await exportAudit(actor, 'csv', query),
      type: 'text/csv; charset=utf-8',
      name: 'audit.csv',
    }),
);
