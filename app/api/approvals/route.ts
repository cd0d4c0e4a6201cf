import { itemsOf, route } from '@/app/api/handler';
import { ApprovalView } from '@/lib/agent/approval-schema';
import { listWaitingApprovals } from '@/lib/agent/decide-call';

export const GET = route(
  {
    verb: 'runs.read',
    summary: 'Tool calls of any run that wait for approval, oldest first.',
    response: itemsOf(ApprovalView),
  },
  async ({ actor }) => ({ items: await listWaitingApprovals(actor) }),
);
