import { z } from 'zod';
import { download } from '@/app/api/download';
import { route } from '@/app/api/handler';
import { exportAudit } from '@/lib/audit/export-audit';
import { AuditFilter, AuditItem } from '@/lib/audit/schema';

export const GET = route(
  {
    verb: 'audit.read',
    summary: 'All entries of the audit log that match a filter, as JSON. Recorded in the log itself.',
    query: AuditFilter,
    response: z.array(AuditItem),
    media: ['application/json'],
  },
  async ({ actor, query }) =>
    download({
      content: await exportAudit(actor, 'json', query),
      type: 'application/json; charset=utf-8',
      name: 'audit.json',
    }),
);
