import { z } from 'zod';
import { Id, route } from '@/app/api/handler';
import { compareEvaluations } from '@/lib/evaluation/manage';
import { ComparisonView } from '@/lib/evaluation/schema';

export const GET = route(
  {
    verb: 'evaluations.read',
    summary: 'Two evaluations case by case: McNemar’s test, bootstrap intervals, and the cases whose verdict changed.',
    query: z.object({ a: Id, b: Id }),
    response: ComparisonView,
  },
  ({ actor, query }) => compareEvaluations(actor, query.a, query.b),
);
