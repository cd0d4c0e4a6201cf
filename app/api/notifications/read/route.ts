import { nothing, route } from '@/app/api/handler';
import { markInboxRead } from '@/lib/inbox/read-inbox';

export const POST = route(
  { verb: 'inbox.read', summary: 'Mark everything in your inbox as read.', status: 204, response: nothing },
  ({ actor }) => markInboxRead(actor),
);
