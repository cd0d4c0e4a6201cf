import { ById, itemsOf, route } from '@/app/api/handler';
import { HistoryEntry } from '@/lib/investigations/schema';
import { listHistory } from '@/lib/store/history';

export const GET = route(
  {
    verb: 'investigations.read',
    summary: 'Approved revisions, newest first.',
    params: ById,
    response: itemsOf(HistoryEntry),
  },
  ({ actor, params }) => listHistory(actor, params.id),
);
