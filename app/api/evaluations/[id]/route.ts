import { ById, route } from '@/app/api/handler';
import { getEvaluation } from '@/lib/evaluation/manage';
import { EvaluationDetail } from '@/lib/evaluation/schema';

export const GET = route(
  {
    verb: 'evaluations.read',
    summary: 'An evaluation with its tables, and its cases as far as they are finished.',
    params: ById,
    response: EvaluationDetail,
  },
  ({ actor, params }) => getEvaluation(actor, params.id),
);
