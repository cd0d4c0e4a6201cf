import { readJson, route } from '@/app/api/handler';
import { DecideCall } from '@/lib/agent/approval-schema';
import { decideCall } from '@/lib/agent/decide-call';

export const POST = route('calls.allow_egress', async ({ actor, params, request }) =>
  decideCall(actor, params.id ?? '', params.callId ?? '', await readJson(request, DecideCall)),
);
