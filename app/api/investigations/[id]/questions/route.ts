import { ById, itemsOf, route } from '@/app/api/handler';
import { originOf } from '@/app/public-origin';
import { askPerson, listQuestions } from '@/lib/questions/ask-person';
import { NewQuestion, Question } from '@/lib/questions/schema';

export const GET = route(
  {
    verb: 'evidence.read',
    summary: 'The questions that people were asked, newest first.',
    params: ById,
    response: itemsOf(Question),
  },
  async ({ actor, params }) => ({ items: await listQuestions(actor, params.id) }),
);

export const POST = route(
  {
    verb: 'calls.allow_egress',
    summary:
      'Ask a person outside, by mail or Slack: sends a link that works once. The reply becomes an evidence record, a statement.',
    params: ById,
    body: NewQuestion,
    status: 201,
    response: Question,
  },
  ({ actor, params, body, request }) => askPerson(actor, params.id, body, originOf(request.headers)),
);
