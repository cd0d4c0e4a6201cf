import { ById, route } from '@/app/api/handler';
import { continueEvaluation } from '@/lib/evaluation/manage';
import { EvaluationItem } from '@/lib/evaluation/schema';

export const POST = route(
  {
    verb: 'evaluations.run',
    summary: 'Resume an evaluation with its remaining cases.',
    params: ById,
    response: EvaluationItem,
  },
  ({ actor, params }) => continueEvaluation(actor, params.id),
);
