import { itemsOf, route } from '@/app/api/handler';
import { addChannel, listChannels } from '@/lib/notifications/manage-channels';
import { Channel, MadeChannel, NewChannel } from '@/lib/notifications/schema';

export const GET = route(
  {
    verb: 'notifications.own',
    summary: 'Where notifications go: your own channels, and the installation’s for an admin.',
    response: itemsOf(Channel),
  },
  async ({ actor }) => ({ items: await listChannels(actor) }),
);

export const POST = route(
  {
    verb: 'notifications.own',
    summary: 'Add a Slack webhook or a signed webhook (Standard Webhooks). Its address is not shown again.',
    body: NewChannel,
    status: 201,
    response: MadeChannel,
  },
  ({ actor, body }) => addChannel(actor, body),
);
