'use client';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { api, errorMessage } from '@/components/shell/api';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { Time } from '@/components/ui/time';
import { toast } from '@/components/ui/toaster';
import type { Channel } from '@/lib/notifications/schema';
import { ChannelDialog } from './channel-dialog';
import { EVENT_LABEL, KIND_LABEL } from './channel-labels';
import { Section } from './section';

const LEAD: Record<Channel['scope'], string> = {
  mine: 'Events that concern you, sent to your own channels as a link without case details. Your inbox has them all anyway.',
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

function ChannelItem({ channel }: { channel: Channel }) {
  const router = useRouter();
  const [busy, setBusy] = useState<string | null>(null);
  const { id, name, kind, target, events, enabled, withText, recent } = channel;
  const act = async (what: string, task: () => Promise<unknown>, done: string) => {
    setBusy(what);
    try {
      await task();
      toast({ kind: 'good', title: done });
    } catch (error) {
      toast({ kind: 'bad', title: `${name}: the test failed.`, description: errorMessage(error) });
    } finally {
      setBusy(null);
      router.refresh();
    }
  };
  const at = { params: { id } };
  const path = '/api/notification-channels/{id}';
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 rounded-md border border-line p-3 text-sm">
      <div className="min-w-0 flex-1 basis-72">
        <p className="flex flex-wrap items-center gap-x-2">
          <span className="font-medium [overflow-wrap:anywhere]">{name}</span>
          <span className="text-ink-3 text-xs">
            {KIND_LABEL[kind]} · {target}
          </span>
          {!enabled && <Badge>off</Badge>}
          {withText && <Badge>with texts</Badge>}
        </p>
        <p className="mt-1 text-ink-2 text-xs">{events.map((event) => EVENT_LABEL[event]).join(', ')}</p>
        <LastMessage recent={recent} />
      </div>
      <div className="flex flex-wrap gap-2">
        <Button
          size="sm"
          busy={busy === 'test'}
          onClick={() => act('test', () => api.post(`${path}/test`, at), 'Test sent')}
          aria-label={`Send a test to ${name}`}
        >
          Send a test
        </Button>
        <Button
          size="sm"
          busy={busy === 'turn'}
          onClick={() =>
            act(
              'turn',
              () => api.patch(path, { ...at, body: { enabled: !enabled } }),
              enabled ? 'Turned off' : 'Turned on',
            )
          }
          aria-label={`Turn ${enabled ? 'off' : 'on'} ${name}`}
        >
          {enabled ? 'Turn off' : 'Turn on'}
        </Button>
        <Button
          size="sm"
          variant="danger"
          busy={busy === 'remove'}
          onClick={() => act('remove', () => api.delete(path, at), 'Channel removed')}
          aria-label={`Remove ${name}`}
        >
          Remove
        </Button>
      </div>
    </li>
  );
}

function LastMessage({ recent }: { recent: Channel['recent'] }) {
  const [last] = recent;
  if (!last) return <p className="mt-1 text-ink-3 text-xs">Nothing sent yet.</p>;
  const words = { sent: 'Sent', queued: last.attempts > 0 ? 'Waiting to retry' : 'Waiting', failed: 'Failed' };
  return (
    <p className="mt-1 text-ink-3 text-xs [overflow-wrap:anywhere]">
      {words[last.status]} <Time value={last.at} show="age" />
      {last.error && <span className="text-bad">: {last.error}</span>}
    </p>
  );
}
