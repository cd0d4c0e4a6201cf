import { ById, route } from '@/app/api/handler';
import { Undone, undoBatch } from '@/lib/alerts/triage-matching';

export const POST = route(
  {
    verb: 'alerts.triage',
    summary: 'Undo one’s own change of a filter. Alerts that were changed since are skipped.',
    params: ById,
    response: Undone,
  },
  ({ actor, params }) => undoBatch(actor, params.id),
);
