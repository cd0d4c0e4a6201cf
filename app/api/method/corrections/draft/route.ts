import { z } from 'zod';
import { route } from '@/app/api/handler';
import { draftChange } from '@/lib/corrections/draft-change';
import { CorrectionDraft, CorrectionQuery } from '@/lib/corrections/schema';

export const GET = route(
  {
    verb: 'method.propose',
    summary: 'A change to the method from a correction, to complete and propose. Nothing is changed.',
    query: CorrectionQuery.extend({ id: z.string().min(1).max(64) }),
    response: CorrectionDraft,
  },
  ({ actor, query: { id, ...query } }) => draftChange(actor, id, query),
);
