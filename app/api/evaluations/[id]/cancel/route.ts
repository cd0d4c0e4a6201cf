import { ById, route } from '@/app/api/handler';
import { cancelEvaluation } from '@/lib/evaluation/manage';
import { EvaluationItem } from '@/lib/evaluation/schema';

export const POST = route(
  {
    verb: 'evaluations.run',
    summary: 'End an evaluation; the cases that have ended stay.',
    params: ById,
    response: EvaluationItem,
  },
  ({ actor, params }) => cancelEvaluation(actor, params.id),
);
