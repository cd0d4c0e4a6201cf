import { route } from '@/app/api/handler';
import { getRun } from '@/lib/agent/read-run';

export const GET = route('runs.read', async ({ actor, params }) => getRun(actor, params.id ?? ''));
