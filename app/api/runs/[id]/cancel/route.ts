import { json, route } from '@/app/api/handler';
import { cancelRun } from '@/lib/agent/cancel-run';

export const POST = route('runs.cancel', async ({ actor, params }) =>
  json(await cancelRun(actor, params.id ?? ''), 202),
);
