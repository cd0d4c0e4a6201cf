import { readQuery, route } from '@/app/api/handler';
import { checkInvestigation } from '@/lib/checks/check-investigation';
import { CheckQuery } from '@/lib/checks/finding';

export const GET = route('checks.read', async ({ actor, params, url }) =>
  checkInvestigation(actor, params.id ?? '', readQuery(url, CheckQuery)),
);
