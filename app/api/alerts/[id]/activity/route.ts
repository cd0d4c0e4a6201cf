import { ById, itemsOf, route } from '@/app/api/handler';
import { readActivity } from '@/lib/alerts/alert-activity';
import { AlertEvent } from '@/lib/alerts/schema';

export const GET = route(
  {
    verb: 'alerts.read',
    summary: 'What happened to an alert: who did what, when and why. The newest 200, newest first.',
    params: ById,
    response: itemsOf(AlertEvent),
  },
  async ({ actor, params }) => ({ items: await readActivity(actor, params.id) }),
);
