import { ById, nothing, route } from '@/app/api/handler';
import { deleteView } from '@/lib/alerts/alert-views';

export const DELETE = route(
  { verb: 'alerts.read', summary: 'Delete a saved view.', params: ById, status: 204, response: nothing },
  ({ actor, params }) => deleteView(actor, params.id),
);
