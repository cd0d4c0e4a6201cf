import { ById, route } from '@/app/api/handler';
import { decideChange } from '@/lib/method/decide-change';
import { DecideChange, MethodChange } from '@/lib/method/schema';

export const POST = route(
  {
    verb: 'method.propose',
    summary: 'Approve or reject a change to the method (reviewers, never your own), or withdraw your own.',
    params: ById,
    body: DecideChange,
    response: MethodChange,
  },
  ({ actor, params, body }) => decideChange(actor, params.id, body),
);
