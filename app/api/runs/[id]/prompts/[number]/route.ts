import { z } from 'zod';
import { Id, route } from '@/app/api/handler';
import { PromptDetail, readPrompt } from '@/lib/agent/prompts';

export const GET = route(
  {
    verb: 'runs.read',
    summary: 'One request to the model, complete.',
    params: z.object({ id: Id, number: Id }),
    response: PromptDetail,
  },
  ({ actor, params }) => readPrompt(actor, params.id, Number(params.number)),
);
