import { itemsOf, route } from '@/app/api/handler';
import { AlertView, listViews, NewAlertView, saveView } from '@/lib/alerts/alert-views';

export const GET = route(
  {
    verb: 'alerts.read',
    summary: 'Saved views of the queue: yours and shared ones.',
    response: itemsOf(AlertView),
  },
  async ({ actor }) => ({ items: await listViews(actor) }),
);

export const POST = route(
  { verb: 'alerts.read', summary: 'Save a view of the queue.', body: NewAlertView, status: 201, response: AlertView },
  ({ actor, body }) => saveView(actor, body),
);
