import { z } from 'zod';
import { ById, nothing, route } from '@/app/api/handler';
import { StartedFactCheck, startFactCheck, stopFactCheck } from '@/lib/agent/start-fact-check';
import { dismissFinding } from '@/lib/checks/dismiss-finding';
import { readFactCheckRun } from '@/lib/checks/fact-check-state';
import { DismissFinding, FactCheckRun } from '@/lib/checks/finding';

export const GET = route(
  {
    verb: 'checks.read',
    summary: 'How far the newest fact check is, and what it used.',
    params: ById,
    response: z.object({ run: FactCheckRun.nullable() }),
  },
  ({ actor, params }) => readFactCheckRun(actor, params.id),
);

export const POST = route(
  {
    verb: 'runs.start',
    summary:
      'Let a model read the draft’s statements that no model has read, against their evidence. While one reads, its id is answered. Progress and findings: GET …/checks.',
    params: ById,
    status: 202,
    response: StartedFactCheck,
  },
  ({ actor, params }) => startFactCheck(actor, params.id),
);

export const DELETE = route(
  {
    verb: 'runs.cancel',
    summary: 'Stop the fact check. What it has read is kept.',
    params: ById,
    status: 204,
    response: nothing,
  },
  ({ actor, params }) => stopFactCheck(actor, params.id),
);

export const PATCH = route(
  {
    verb: 'checks.dismiss',
    summary: 'Dismiss a model’s finding, or restore it. `key` and `problem` are in the finding’s data.',
    params: ById,
    body: DismissFinding,
    status: 204,
    response: nothing,
  },
  ({ actor, params, body }) => dismissFinding(actor, params.id, body),
);
