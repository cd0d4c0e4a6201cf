import { route } from '@/app/api/handler';
import { listApprovals } from '@/lib/agent/decide-call';

export const GET = route('runs.read', async ({ actor, params }) => ({
  items: await listApprovals(actor, params.id ?? ''),
}));
