import { ById, route } from '@/app/api/handler';
import { continueEvaluation } from '@/lib/evaluation/manage';
import { EvaluationItem } from '@/lib/evaluation/schema';

export const POST = route(
  {
    verb: 'evaluations.run',
    summary: 'Go on with the cases of an evaluation that are left.',
    params: ById,
    response: EvaluationItem,
  },
  ({ actor, params }) => continueEvaluation(actor, params.id),
);
