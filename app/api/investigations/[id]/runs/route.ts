import { json, readJson, route } from '@/app/api/handler';
import { StartRun } from '@/lib/agent/events';
import { listRuns } from '@/lib/agent/read-run';
import { startRun } from '@/lib/agent/start-run';

export const POST = route('runs.start', async ({ actor, request, params }) =>
  json(await startRun(actor, params.id ?? '', await readJson(request, StartRun)), 202),
);

export const GET = route('runs.read', async ({ actor, params }) => ({ items: await listRuns(actor, params.id ?? '') }));
