import { ById, itemsOf, route } from '@/app/api/handler';
import { ApprovalView } from '@/lib/agent/approval-schema';
import { listApprovals } from '@/lib/agent/decide-call';

export const GET = route(
  {
    verb: 'runs.read',
    summary: 'The approval requests of a run, with the exact arguments of each call.',
    params: ById,
    response: itemsOf(ApprovalView),
  },
  async ({ actor, params }) => ({ items: await listApprovals(actor, params.id) }),
);
