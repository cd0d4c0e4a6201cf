import { ById, itemsOf, route } from '@/app/api/handler';
import { addAlertComment } from '@/lib/alerts/alert-activity';
import { AlertEvent, NewAlertComment } from '@/lib/alerts/schema';

export const POST = route(
  {
    verb: 'alerts.comment',
    summary: 'Comment on an alert. Answers its activity.',
    params: ById,
    body: NewAlertComment,
    status: 201,
    response: itemsOf(AlertEvent),
  },
  async ({ actor, params, body }) => ({ items: await addAlertComment(actor, params.id, body) }),
);
