import { route } from '@/app/api/handler';
import { listWaitingApprovals } from '@/lib/agent/decide-call';

export const GET = route('runs.read', async ({ actor }) => ({ items: await listWaitingApprovals(actor) }));
