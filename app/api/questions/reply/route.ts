import { nothing, route } from '@/app/api/handler';
import { clientAddress } from '@/lib/auth/front-door';
import { answerQuestion } from '@/lib/questions/answer-question';
import { Reply } from '@/lib/questions/schema';

export const POST = route(
  {
    verb: 'public',
    summary: 'Reply to a question, once, with the token of its link.',
    body: Reply,
    maxBytes: 40_000,
    timeoutMs: 10_000,
    status: 204,
    response: nothing,
  },
  ({ body, request }) => answerQuestion(body, clientAddress(request.headers)),
);
