import { itemsOf, route } from '@/app/api/handler';
import { listCorrections } from '@/lib/corrections/list-corrections';
import { Correction, CorrectionQuery } from '@/lib/corrections/schema';

export const GET = route(
  {
    verb: 'method.read',
    summary:
      'What people corrected in at least two cases of the last days: verdicts, words of coaching, allowed errors, rejected changes.',
    query: CorrectionQuery,
    response: itemsOf(Correction),
  },
  async ({ actor, query }) => ({ items: await listCorrections(actor, query) }),
);
