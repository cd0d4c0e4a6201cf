import { z } from 'zod';
import { ById, itemsOf, route } from '@/app/api/handler';
import { RunView, StartRun } from '@/lib/agent/events';
import { listRuns } from '@/lib/agent/read-run';
import { startRun } from '@/lib/agent/start-run';

export const POST = route(
  {
    verb: 'runs.start',
    summary:
      'Start an investigation, coach it (an instruction, a quick prompt, a quoted passage), or ask a question. `fresh`: query the sources again instead of reusing settled results. `parallel`: let a language model open bounded sub-investigations.',
    params: ById,
    body: StartRun,
    status: 202,
    response: z.object({ id: z.string() }),
  },
  ({ actor, params, body }) => startRun(actor, params.id, body),
);

export const GET = route(
  { verb: 'runs.read', summary: 'The newest runs.', params: ById, response: itemsOf(RunView) },
  async ({ actor, params }) => ({ items: await listRuns(actor, params.id) }),
);
