import { route } from '@/app/api/handler';
import { AlertFilter } from '@/lib/alerts/schema';
import { Batch, countMatching, Matching, TriageMatching, triageMatching } from '@/lib/alerts/triage-matching';
import { DbTime } from '@/lib/db/db-time';

export const GET = route(
  {
    verb: 'alerts.read',
    summary: 'How many alerts match the filters, counted up to the 5,000 that can be changed at once.',
    query: AlertFilter.extend({ receivedBefore: DbTime }),
    response: Matching,
  },
  ({ actor, query: { receivedBefore, ...filter } }) => countMatching(actor, filter, receivedBefore),
);

export const POST = route(
  {
    verb: 'alerts.triage',
    summary: 'Triage all alerts that match the filters, up to 5,000. `batch` undoes it.',
    body: TriageMatching,
    response: Batch,
  },
  ({ actor, body }) => triageMatching(actor, body),
);
