'use client';
import { Plus } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { type FormEvent, useId, useState } from 'react';
import { api } from '@/components/shell/api';
import { useRequest } from '@/components/shell/use-request';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { DialogFooter } from '@/components/ui/dialog-footer';
import { Field, Input } from '@/components/ui/field';
import { Problem } from '@/components/ui/problem';
import type { NewKey } from '@/lib/auth/api-keys';
import { KeyLimits, limitsBody, NO_LIMITS } from './key-limits';
import { NewSecret } from './new-secret';

/** Two steps in one dialog: the name, then the key, which is shown this once and kept nowhere in the page. */
export function CreateKey({ mayDecide }: { mayDecide: boolean }) {
  const router = useRouter();
  const formId = useId();
  const [open, setOpen] = useState(false);
  const [limits, setLimits] = useState(NO_LIMITS);
  const [made, setMade] = useState<NewKey | null>(null);
  const { busy, problem, at, send, clear, form } = useRequest(/^(name|scope|expiresAt|source|signing)$/);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const body = {
      name: String(data.get('name') ?? ''),
      decideReviews: data.get('decideReviews') === 'on',
      ...limitsBody(limits),
    };
    await send('send', async () => {
      setMade(await api.post('/api/keys', { body }));
      router.refresh();
    });
  };
  return (
    <Dialog
      isForm
      open={open}
      onOpenChange={(next) => {
        setOpen(next);
        setMade(null);
        setLimits(NO_LIMITS);
        clear();
      }}
      title={made ? 'Copy the key now' : 'Create an API key'}
      trigger={
        <Button variant="primary">
          <Plus aria-hidden className="size-3.5" />
          Create a key
        </Button>
      }
      footer={
        <DialogFooter made={made !== null}>
          <Button variant="primary" type="submit" form={formId} busy={busy !== null}>
            Create key
          </Button>
        </DialogFooter>
      }
    >
      {made ? (
        <NewSecret
          made={made}
          source={limits.source === 'any' ? 'generic' : limits.source}
          forClients={limits.scope === 'read' || limits.scope === 'full'}
        />
      ) : (
        <form id={formId} ref={form} onSubmit={submit} className="flex flex-col gap-3">
          <Field label="Name" hint="What it is for, e.g. “GuardDuty intake”." error={at('name')}>
            {(control) => <Input {...control} name="name" maxLength={100} autoComplete="off" required />}
          </Field>
          <KeyLimits value={limits} onChange={setLimits} at={at} />
          {mayDecide && limits.scope === 'full' && <DecideReviews />}
          <Problem>{problem}</Problem>
        </form>
      )}
    </Dialog>
  );
}

function DecideReviews() {
  return (
    <label className="flex items-start gap-2 text-sm">
      <input type="checkbox" name="decideReviews" className="mt-1" />
      <span>
        Allow this key to decide reviews
        <span className="block text-ink-3 text-xs">
          Whoever has it can approve reports and request changes as you. Leave it off for senders of alerts.
        </span>
      </span>
    </label>
  );
}
