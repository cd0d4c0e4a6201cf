import { z } from 'zod';
import { Id, route } from '@/app/api/handler';
import { ApprovalView, DecideCall } from '@/lib/agent/approval-schema';
import { decideCall } from '@/lib/agent/decide-call';

export const POST = route(
  {
    verb: 'calls.allow_egress',
    summary: 'Approve or deny one call, once, with exactly its arguments. The run continues.',
    params: z.object({ id: Id, callId: Id }),
    body: DecideCall,
    response: ApprovalView,
  },
  ({ actor, params, body }) => decideCall(actor, params.id, params.callId, body),
);
