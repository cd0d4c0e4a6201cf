import { ById, route } from '@/app/api/handler';
import {
  ChangeEvaluation,
  EvaluateChange,
  evaluateChange,
  readChangeEvaluation,
} from '@/lib/evaluation/evaluate-change';

export const GET = route(
  {
    verb: 'method.read',
    summary:
      'The newest evaluation of a proposed change: the same cases with the method before and after it. null: none.',
    params: ById,
    response: ChangeEvaluation.nullable(),
  },
  ({ actor, params }) => readChangeEvaluation(actor, params.id),
);

export const POST = route(
  {
    verb: 'evaluations.run',
    summary: 'Evaluate a proposed change: two evaluations of the same cases, with the method before and after it.',
    params: ById,
    body: EvaluateChange,
    status: 202,
    response: ChangeEvaluation,
  },
  ({ actor, params, body }) => evaluateChange(actor, params.id, body),
);
