import { route } from '@/app/api/handler';
import { Sla } from '@/lib/alerts/sla';
import { readSla, setSla } from '@/lib/alerts/sla-setting';

export const GET = route(
  { verb: 'alerts.read', summary: 'Minutes from receiving an alert to closing it, by severity.', response: Sla },
  ({ actor }) => readSla(actor),
);

export const PUT = route(
  { verb: 'alerts.configure', summary: 'Set how long alerts may stay open.', body: Sla, response: Sla },
  ({ actor, body }) => setSla(actor, body),
);
