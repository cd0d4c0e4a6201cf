import { itemsOf, route } from '@/app/api/handler';
import { listEvaluations, startEvaluation } from '@/lib/evaluation/manage';
import { EvaluationItem, StartEvaluation } from '@/lib/evaluation/schema';

export const GET = route(
  {
    verb: 'evaluations.read',
    summary: 'Evaluations with their progress, newest first.',
    response: itemsOf(EvaluationItem),
  },
  ({ actor }) => ({ items: listEvaluations(actor) }),
);

export const POST = route(
  {
    verb: 'evaluations.run',
    summary: 'Start an evaluation: a worker investigates the cases of a suite and compares with the truth.',
    body: StartEvaluation,
    status: 202,
    response: EvaluationItem,
  },
  ({ actor, body }) => startEvaluation(actor, body),
);
