import { route } from '@/app/api/handler';
import { Exclusion, ExclusionQuery } from '@/lib/tuning/schema';
import { suggestExclusion } from '@/lib/tuning/suggest-exclusion';

export const GET = route(
  {
    verb: 'method.propose',
    summary:
      'An exclusion for the alerts of a rule: what its benign closures of the last 90 days share, written into the detection that fires on them, with its effect. Nothing is changed.',
    query: ExclusionQuery,
    response: Exclusion,
  },
  ({ actor, query }) => suggestExclusion(actor, query),
);
