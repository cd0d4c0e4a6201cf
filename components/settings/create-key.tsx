'use client';
import { Plus } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { type FormEvent, useId, useState } from 'react';
import { api } from '@/components/shell/api';
import { useRequest } from '@/components/shell/use-request';
import { Button } from '@/components/ui/button';
import { CopyButton } from '@/components/ui/copy-button';
import { Dialog, DialogClose } from '@/components/ui/dialog';
import { Field, Input } from '@/components/ui/field';
import { Problem } from '@/components/ui/problem';

/** Two steps in one dialog: the name, then the key, which is shown this once and kept nowhere in the page. */
export function CreateKey({ mayDecide }: { mayDecide: boolean }) {
  const router = useRouter();
  const formId = useId();
  const [open, setOpen] = useState(false);
  const [key, setKey] = useState('');
  const { busy, problem, at, send, clear, form } = useRequest(/^name$/);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const body = { name: String(data.get('name') ?? ''), decideReviews: data.get('decideReviews') === 'on' };
    await send('send', async () => {
      setKey((await api.post('/api/keys', { body })).key);
      router.refresh();
    });
  };
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => {
        setOpen(next);
        setKey('');
        clear();
      }}
      title={key ? 'Copy the key now' : 'Create an API key'}
      trigger={
        <Button variant="primary">
          <Plus aria-hidden className="size-3.5" />
          Create a key
        </Button>
      }
      footer={
        key ? (
          <DialogClose>
            <Button variant="primary">Done</Button>
          </DialogClose>
        ) : (
          <>
            <DialogClose>
              <Button>Cancel</Button>
            </DialogClose>
            <Button variant="primary" type="submit" form={formId} busy={busy !== null}>
              Create
            </Button>
          </>
        )
      }
    >
      {key ? (
        <div className="flex flex-col gap-2 text-sm">
          <p className="text-ink-2">The key is shown only once. Socdown stores only its hash.</p>
          <div className="flex items-center gap-2 rounded-md border border-line bg-sunken p-2">
            <code className="min-w-0 flex-1 break-all font-mono text-xs" data-testid="new-key">
              {key}
            </code>
            <CopyButton text={key} label="Copy the key" />
          </div>
        </div>
      ) : (
        <form id={formId} ref={form} onSubmit={submit} className="flex flex-col gap-3">
          <Field label="Name" hint="What it is for, e.g. “GuardDuty intake”." error={at('name')}>
            {(control) => <Input {...control} name="name" maxLength={100} autoComplete="off" required />}
          </Field>
          {mayDecide && (
            <label className="flex items-start gap-2 text-sm">
              <input type="checkbox" name="decideReviews" className="mt-1" />
              <span>
                Allow this key to decide reviews
                <span className="block text-ink-3 text-xs">
                  Whoever has it can approve reports and request changes as you. Leave it off for senders of alerts.
                </span>
              </span>
            </label>
          )}
          <Problem>{problem}</Problem>
        </form>
      )}
    </Dialog>
  );
}
