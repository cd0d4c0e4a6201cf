import { ById, nothing, route } from '@/app/api/handler';
import { testChannel } from '@/lib/notifications/manage-channels';

export const POST = route(
  {
    verb: 'notifications.own',
    summary: 'Send a test message now. 503 with the other side’s answer when it is refused.',
    params: ById,
    status: 204,
    response: nothing,
  },
  ({ actor, params }) => testChannel(actor, params.id),
);
