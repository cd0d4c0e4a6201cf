import type { Channel } from '@/lib/notifications/schema';
import { ChannelDialog } from './channel-dialog';
import { ChannelItem } from './channel-item';
import { Section } from './section';

const LEAD: Record<Channel['scope'], string> = {
  mine: 'Events that concern you, sent to your own channels as a link without case details. Your inbox always has all of them.',
  installation:
    'Notify the team’s chat or systems. A message contains only a link, unless you allow titles and comments for its channel.',
};

/** `mail`: the address that one's own e-mail goes to; null without a mail server. */
type ChannelsProps = { scope: Channel['scope']; channels: Channel[]; mail: string | null };

/** The channels of one scope: what each is told, how the last message went. */
export function Channels({ scope, channels, mail }: ChannelsProps) {
  const shown = channels.filter((channel) => channel.scope === scope);
  return (
    <Section title="Notifications" lead={LEAD[scope]} action={<ChannelDialog scope={scope} mail={mail} />}>
      {shown.length === 0 ? (
        <p className="text-ink-2 text-sm">
          No channels yet. Add Slack{mail === null ? '' : ', e-mail'} or a webhook to hear of reviews, verdicts and
          failed runs.
        </p>
      ) : (
        <ul className="flex flex-col gap-2">
          {shown.map((channel) => (
            <ChannelItem key={channel.id} channel={channel} />
          ))}
        </ul>
      )}
    </Section>
  );
}
