import { route } from '@/app/api/handler';
import { previewRetention, Removal } from '@/lib/retention/apply';
import { Retention } from '@/lib/retention/settings';

export const POST = route(
  {
    verb: 'retention.configure',
    summary: 'What these settings would remove now. Nothing is removed.',
    body: Retention,
    response: Removal,
  },
  ({ actor, body }) => previewRetention(actor, body),
);
