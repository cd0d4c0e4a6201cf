import { route } from '@/app/api/handler';
import { Retention, readRetention, saveRetention } from '@/lib/retention/settings';

export const GET = route(
  { verb: 'settings.read', summary: 'How many days each kind of data is kept; null: forever.', response: Retention },
  ({ actor }) => readRetention(actor),
);

export const PUT = route(
  {
    verb: 'retention.configure',
    summary: 'Set how many days each kind of data is kept. Cited evidence is always kept.',
    body: Retention,
    response: Retention,
  },
  ({ actor, body }) => saveRetention(actor, body),
);
