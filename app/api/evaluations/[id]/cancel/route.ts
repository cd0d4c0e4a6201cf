import { ById, route } from '@/app/api/handler';
import { cancelEvaluation } from '@/lib/evaluation/manage';
import { EvaluationItem } from '@/lib/evaluation/schema';

export const POST = route(
  {
    verb: 'evaluations.run',
    summary: 'Cancel an evaluation; finished cases are kept.',
    params: ById,
    response: EvaluationItem,
  },
  ({ actor, params }) => cancelEvaluation(actor, params.id),
);
