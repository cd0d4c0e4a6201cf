'use client';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { api, errorMessage } from '@/components/shell/api';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { Dialog, DialogClose } from '@/components/ui/dialog';
import { Time } from '@/components/ui/time';
import { toast } from '@/components/ui/toaster';
import { Unseen } from '@/components/ui/unseen';
import type { Channel } from '@/lib/notifications/schema';
import { ChangeChannel } from './change-channel';
import { EVENT_LABEL, KIND_LABEL } from './channel-labels';

/** A channel: what it is told about, what became of its last messages, and what can be done with it. */
export function ChannelItem({ channel }: { channel: Channel }) {
  const { name, kind, target, events, enabled, withText, recent } = channel;
  return (
    <li className="rounded-md border border-line p-3 text-sm">
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
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
        </div>
        <Acts channel={channel} />
      </div>
      <Messages name={name} recent={recent} />
    </li>
  );
}

const PATH = '/api/notification-channels/{id}';

function Acts({ channel }: { channel: Channel }) {
  const router = useRouter();
  const [busy, setBusy] = useState<string | null>(null);
  const [removing, setRemoving] = useState(false);
  const { id, name, enabled } = channel;
  const at = { params: { id } };
  const act = async (what: string, task: () => Promise<unknown>, done: string, failed: string) => {
    setBusy(what);
    try {
      await task();
      toast({ kind: 'good', title: done });
    } catch (error) {
      toast({ kind: 'bad', title: failed, description: errorMessage(error) });
    } finally {
      setBusy(null);
      router.refresh();
    }
  };
  const test = () => act('test', () => api.post(`${PATH}/test`, at), 'Test sent', `${name}: the test failed.`);
  const turn = () =>
    act(
      'turn',
      () => api.patch(PATH, { ...at, body: { enabled: !enabled } }),
      enabled ? 'Turned off' : 'Turned on',
      `${name} was not changed.`,
    );
  const remove = async () => {
    await act('remove', () => api.delete(PATH, at), 'Channel removed', `${name} was not removed.`);
    setRemoving(false);
  };
  return (
    <div className="flex flex-wrap gap-2">
      <Button size="sm" busy={busy === 'test'} onClick={test} aria-label={`Send a test to ${name}`}>
        Send a test
      </Button>
      <ChangeChannel channel={channel} />
      <Button size="sm" busy={busy === 'turn'} onClick={turn} aria-label={`Turn ${enabled ? 'off' : 'on'} ${name}`}>
        {enabled ? 'Turn off' : 'Turn on'}
      </Button>
      <Dialog
        open={removing}
        onOpenChange={setRemoving}
        title={`Remove ${name}?`}
        size="sm"
        trigger={
          <Button size="sm" variant="danger" aria-label={`Remove ${name}`}>
            Remove
          </Button>
        }
        footer={
          <>
            <DialogClose>
              <Button>Cancel</Button>
            </DialogClose>
            <Button variant="danger" busy={busy === 'remove'} onClick={remove}>
              Remove channel
            </Button>
          </>
        }
      >
        <p className="text-ink-2 text-sm">
          Its address and its secret are deleted. To pause the messages, turn the channel off instead.
        </p>
      </Dialog>
    </div>
  );
}

const STATUS = { sent: 'Sent', queued: 'Waiting', failed: 'Failed' };

/** The newest message, and the ones before it on demand. */
function Messages({ name, recent }: { name: string; recent: Channel['recent'] }) {
  const [last, ...earlier] = recent;
  if (!last) return <p className="mt-1 text-ink-3 text-xs">Nothing sent yet.</p>;
  return (
    <div className="mt-1 text-ink-3 text-xs">
      <Message message={last} />
      {earlier.length > 0 && (
        <details className="mt-1">
          <summary className="w-fit cursor-pointer text-ink-2">Earlier messages</summary>
          <ul aria-label={`Earlier messages of ${name}`} className="mt-1 flex flex-col gap-1">
            {earlier.map((message) => (
              <li key={`${message.at} ${message.event}`}>
                <Message message={message} />
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

function Message({ message: { event, status, attempts, at, error } }: { message: Channel['recent'][number] }) {
  const label = (EVENT_LABEL as Record<string, string>)[event] ?? event; // of an earlier version
  return (
    <p className="[overflow-wrap:anywhere]">
      {status === 'queued' && attempts > 0 ? 'Waiting to retry' : STATUS[status]} <Time value={at} show="age" />:{' '}
      {label}
      {attempts > 1 && `, ${attempts} attempts`}
      {error && (
        <span className="text-bad">
          . <Unseen text={error} />
        </span>
      )}
    </p>
  );
}
