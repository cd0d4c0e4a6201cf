import { route } from '@/app/api/handler';
import { readInbox } from '@/lib/inbox/read-inbox';
import { Inbox } from '@/lib/inbox/schema';

export const GET = route(
  { verb: 'inbox.read', summary: 'What waits for you or happened to your work in the last 30 days.', response: Inbox },
  ({ actor }) => readInbox(actor),
);
