import { nothing, route } from '@/app/api/handler';
import { markInboxRead } from '@/lib/inbox/read-inbox';
import { MarkRead } from '@/lib/inbox/schema';

export const POST = route(
  {
    verb: 'inbox.read',
    summary: 'Mark everything in your inbox as read, or the items named.',
    body: MarkRead,
    status: 204,
    response: nothing,
  },
  ({ actor, body }) => markInboxRead(actor, body),
);
