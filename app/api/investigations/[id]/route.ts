import { ById, route } from '@/app/api/handler';
import { getInvestigation } from '@/lib/investigations/get-investigation';
import { InvestigationDetail } from '@/lib/investigations/schema';

export const GET = route(
  { verb: 'investigations.read', summary: 'One investigation.', params: ById, response: InvestigationDetail },
  ({ actor, params }) => getInvestigation(actor, params.id),
);
