import { readQuery, route } from '@/app/api/handler';
import { CheckQuery } from '@/lib/evidence/check-finding';
import { checkInvestigation } from '@/lib/evidence/check-investigation';

export const GET = route('checks.read', async ({ actor, params, url }) =>
  checkInvestigation(actor, params.id ?? '', readQuery(url, CheckQuery)),
);
