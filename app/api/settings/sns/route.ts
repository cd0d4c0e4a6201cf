import { route } from '@/app/api/handler';
import { readSnsTopics, SnsTopics, setSnsTopics } from '@/lib/alerts/sns';

export const GET = route(
  { verb: 'settings.read', summary: 'The SNS topics whose messages are verified and confirmed.', response: SnsTopics },
  ({ actor }) => readSnsTopics(actor),
);

export const PUT = route(
  {
    verb: 'intake.configure',
    summary: 'Set the SNS topics whose signatures are checked and whose subscriptions are confirmed at Amazon.',
    body: SnsTopics,
    response: SnsTopics,
  },
  ({ actor, body }) => setSnsTopics(actor, body),
);
