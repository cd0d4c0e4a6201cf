import { route } from '@/app/api/handler';
import { proposeChange } from '@/lib/method/propose-change';
import { MethodChange, ProposeChange } from '@/lib/method/schema';

export const POST = route(
  {
    verb: 'method.propose',
    summary: 'Propose another text for a file of the method, or a new file. Someone else approves it.',
    body: ProposeChange,
    status: 201,
    response: MethodChange,
  },
  ({ actor, body }) => proposeChange(actor, body),
);
