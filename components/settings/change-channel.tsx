'use client';
import { useRouter } from 'next/navigation';
import { type FormEvent, useId, useState } from 'react';
import { api } from '@/components/shell/api';
import { useRequest } from '@/components/shell/use-request';
import { Button } from '@/components/ui/button';
import { Checkbox } from '@/components/ui/checkbox';
import { Dialog, DialogClose } from '@/components/ui/dialog';
import { Problem } from '@/components/ui/problem';
import { toast } from '@/components/ui/toaster';
import type { Channel } from '@/lib/notifications/schema';
import { EventBoxes } from './event-boxes';

/** Changes what a channel is told about. Its address can't be changed: it is a secret that nobody sees again. */
export function ChangeChannel({ channel }: { channel: Channel }) {
  const router = useRouter();
  const formId = useId();
  const [open, setOpen] = useState(false);
  const [events, setEvents] = useState(channel.events);
  const [withText, setWithText] = useState(channel.withText);
  const { busy, problem, send, clear } = useRequest();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const { id, scope } = channel;
    const body = { events, ...(scope === 'installation' ? { withText } : {}) };
    if (!(await send('send', () => api.patch('/api/notification-channels/{id}', { params: { id }, body })))) return;
    setOpen(false);
    toast({ kind: 'good', title: `${channel.name} is changed` });
    router.refresh();
  };
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => {
        setOpen(next);
        setEvents(channel.events);
        setWithText(channel.withText);
        clear();
      }}
      title={`Change ${channel.name}`}
      size="sm"
      trigger={
        <Button size="sm" aria-label={`Change ${channel.name}`}>
          Change
        </Button>
      }
      footer={
        <>
          <DialogClose>
            <Button>Cancel</Button>
          </DialogClose>
          <Button variant="primary" type="submit" form={formId} busy={busy !== null}>
            Save
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit} className="flex flex-col gap-3">
        <EventBoxes events={events} onChange={setEvents} />
        {channel.scope === 'installation' && (
          <Checkbox
            label="Include titles and comments, not only links"
            showLabel
            checked={withText}
            onChange={setWithText}
          />
        )}
        <Problem>{problem}</Problem>
      </form>
    </Dialog>
  );
}
