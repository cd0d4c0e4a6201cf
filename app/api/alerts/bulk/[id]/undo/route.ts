import { ById, route } from '@/app/api/handler';
import { Undone, undoBatch } from '@/lib/alerts/triage-matching';

export const POST = route(
  {
    verb: 'alerts.triage',
    summary: 'Undo your own change to all matching alerts. Alerts that were changed since are skipped.',
    params: ById,
    response: Undone,
  },
  ({ actor, params }) => undoBatch(actor, params.id),
);
