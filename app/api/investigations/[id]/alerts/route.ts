import { ById, route } from '@/app/api/handler';
import { attachAlerts } from '@/lib/drafts/attach-alerts';
import { AttachAlerts, AttachedAlerts } from '@/lib/investigations/schema';

export const POST = route(
  {
    verb: 'investigations.attach',
    summary: 'Add alerts to a case. An approved case becomes a draft again.',
    params: ById,
    body: AttachAlerts,
    response: AttachedAlerts,
  },
  ({ actor, params, body }) => attachAlerts(actor, params.id, body),
);
