import { ById, itemsOf, route } from '@/app/api/handler';
import { runbooksOfCase } from '@/lib/runbooks/read-matching';
import { MatchedRunbook } from '@/lib/runbooks/schema';

export const GET = route(
  {
    verb: 'investigations.read',
    summary: 'The team’s runbooks that fit a case, with the reason, best first.',
    params: ById,
    response: itemsOf(MatchedRunbook),
  },
  async ({ actor, params }) => ({ items: await runbooksOfCase(actor, params.id) }),
);
