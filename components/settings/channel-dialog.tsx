'use client';
import { Plus } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { type FormEvent, useId, useState } from 'react';
import { api } from '@/components/shell/api';
import { useRequest } from '@/components/shell/use-request';
import { Button } from '@/components/ui/button';
import { Checkbox } from '@/components/ui/checkbox';
import { Dialog } from '@/components/ui/dialog';
import { DialogFooter } from '@/components/ui/dialog-footer';
import { Field, Input } from '@/components/ui/field';
import { Problem } from '@/components/ui/problem';
import { Select } from '@/components/ui/select';
import { CHANNEL_KINDS, type Channel, EVENTS, type NotificationEvent } from '@/lib/notifications/schema';
import { KIND_LABEL } from './channel-labels';
import { EventBoxes } from './event-boxes';
import { Secret } from './new-secret';

const KINDS = CHANNEL_KINDS.map((value) => ({ value, label: KIND_LABEL[value] }));
const EMPTY = {
  kind: 'slack' as Channel['kind'],
  events: [...EVENTS] as NotificationEvent[],
  internal: false,
  text: false,
};

/** Adds a channel; of a webhook it then shows the secret to check signatures with, this once. */
export function ChannelDialog({ scope, mail }: { scope: Channel['scope']; mail: string | null }) {
  const router = useRouter();
  const formId = useId();
  const [open, setOpen] = useState(false);
  const [value, setValue] = useState(EMPTY);
  const [secret, setSecret] = useState<string | null>(null);
  const { busy, problem, at, send, clear, form } = useRequest(/^(name|url|events|allowInternal|withText)$/);
  const set = (patch: Partial<typeof EMPTY>) => setValue({ ...value, ...patch });
  const close = (next: boolean) => {
    setOpen(next);
    setValue(EMPTY);
    setSecret(null);
    clear();
  };
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const body = {
      scope,
      kind: value.kind,
      events: value.events,
      allowInternal: value.internal && value.kind !== 'email',
      withText: value.text,
      name: String(data.get('name') ?? ''),
      url: String(data.get('url') ?? ''),
    };
    await send('send', async () => {
      const made = await api.post('/api/notification-channels', { body });
      router.refresh();
      if (made.signingSecret) setSecret(made.signingSecret);
      else close(false);
    });
  };
  return (
    <Dialog
      isForm
      open={open}
      onOpenChange={close}
      title={secret ? 'Copy the signing secret now' : 'Add a channel'}
      trigger={
        <Button>
          <Plus aria-hidden className="size-3.5" />
          Add a channel
        </Button>
      }
      footer={
        <DialogFooter made={secret !== null}>
          <Button variant="primary" type="submit" form={formId} busy={busy !== null}>
            Add channel
          </Button>
        </DialogFooter>
      }
    >
      {secret ? (
        <div className="flex flex-col gap-2 text-sm">
          <p className="text-ink-2">
            Each message is signed with it (Standard Webhooks). The secret is shown only once, and stored encrypted.
          </p>
          <Secret text={secret} label="Copy the signing secret" testId="channel-secret" />
        </div>
      ) : (
        <form id={formId} ref={form} onSubmit={submit} className="flex flex-col gap-3">
          <ChannelFields {...{ scope, mail, value, at }} onChange={set} />
          <Problem>{problem}</Problem>
        </form>
      )}
    </Dialog>
  );
}

type ChannelFieldsProps = {
  scope: Channel['scope'];
  mail: string | null;
  value: typeof EMPTY;
  onChange: (patch: Partial<typeof EMPTY>) => void;
  at: (field: string) => string | undefined;
};

function ChannelFields({ scope, mail, value, onChange, at }: ChannelFieldsProps) {
  return (
    <>
      <Field label="Kind">
        {({ id }) => (
          <Select
            id={id}
            label="Kind"
            options={KINDS.filter((kind) => kind.value !== 'email' || mail !== null)}
            value={value.kind}
            onChange={(kind) => onChange({ kind })}
          />
        )}
      </Field>
      <Field label="Name" error={at('name')}>
        {(control) => <Input {...control} name="name" maxLength={100} autoComplete="off" required />}
      </Field>
      {value.kind === 'email' && scope === 'mine' ? (
        <p className="text-ink-2 text-sm [overflow-wrap:anywhere]">Sent to {mail}, your account’s address.</p>
      ) : (
        <AddressField kind={value.kind} error={at('url')} />
      )}
      <EventBoxes events={value.events} onChange={(events) => onChange({ events })} />
      {scope === 'installation' && (
        <>
          <Checkbox
            label="Include titles and comments, not only links"
            showLabel
            checked={value.text}
            onChange={(text) => onChange({ text })}
          />
          {value.kind !== 'email' && (
            <Checkbox
              label="The address is inside our network"
              showLabel
              checked={value.internal}
              onChange={(internal) => onChange({ internal })}
            />
          )}
        </>
      )}
    </>
  );
}

const ADDRESS_HINT: Record<Channel['kind'], string> = {
  slack: 'From Slack: Apps → Incoming Webhooks. It is a secret, so it is not shown again.',
  email: 'A person or a list, like soc@example.com.',
  webhook: 'https. It is treated as a secret and not shown again.',
};

function AddressField({ kind, error }: { kind: Channel['kind']; error: string | undefined }) {
  return (
    <Field label={kind === 'email' ? 'E-mail address' : 'Address'} hint={ADDRESS_HINT[kind]} error={error}>
      {(control) => <Input {...control} name="url" maxLength={2000} autoComplete="off" spellCheck={false} required />}
    </Field>
  );
}
