import { ById, route } from '@/app/api/handler';
import { checkInvestigation } from '@/lib/checks/check-investigation';
import { CheckQuery, CheckReport } from '@/lib/checks/finding';

export const GET = route(
  {
    verb: 'checks.read',
    summary: 'Check the draft (or a revision) against its evidence. Each finding names its line.',
    params: ById,
    query: CheckQuery,
    response: CheckReport,
  },
  ({ actor, params, query }) => checkInvestigation(actor, params.id, query),
);
