import { json, route } from '@/app/api/handler';
import { resumeRun } from '@/lib/agent/resume-run';

export const POST = route('runs.start', async ({ actor, params }) =>
  json(await resumeRun(actor, params.id ?? ''), 202),
);
