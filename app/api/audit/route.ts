import { pageOf, route } from '@/app/api/handler';
import { listAudit } from '@/lib/audit/read-audit';
import { AuditItem, AuditQuery } from '@/lib/audit/schema';

export const GET = route(
  {
    verb: 'audit.read',
    summary: 'The audit log, newest first: who did what, from where, and when.',
    query: AuditQuery,
    response: pageOf(AuditItem),
  },
  ({ actor, query }) => listAudit(actor, query),
);
