import { ById, nothing, route } from '@/app/api/handler';
import { changeChannel, removeChannel } from '@/lib/notifications/manage-channels';
import { Channel, ChannelChange } from '@/lib/notifications/schema';

export const PATCH = route(
  {
    verb: 'notifications.own',
    summary: 'Turn a channel on or off, or change its events.',
    params: ById,
    body: ChannelChange,
    response: Channel,
  },
  ({ actor, params, body }) => changeChannel(actor, params.id, body),
);

export const DELETE = route(
  { verb: 'notifications.own', summary: 'Remove a channel.', params: ById, status: 204, response: nothing },
  ({ actor, params }) => removeChannel(actor, params.id),
);
