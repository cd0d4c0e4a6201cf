'use client';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { api } from '@/components/shell/api';
import { useRequest } from '@/components/shell/use-request';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { DialogFooter } from '@/components/ui/dialog-footer';
import { Field } from '@/components/ui/field';
import { Problem } from '@/components/ui/problem';
import { Select } from '@/components/ui/select';
import type { KeyView, NewKey } from '@/lib/auth/api-keys';
import { NewSecret } from './new-secret';

const GRACE = [
  { value: '0', label: 'Stops immediately' },
  { value: '1', label: 'Works for 1 hour' },
  { value: '24', label: 'Works for 1 day' },
  { value: '168', label: 'Works for 1 week' },
] as const;

/** Replaces a key; the new one is shown in the same dialog. */
export function RotateKey({ of }: { of: KeyView }) {
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const [grace, setGrace] = useState<(typeof GRACE)[number]['value']>('24');
  const [made, setMade] = useState<NewKey | null>(null);
  const { busy, problem, send, clear } = useRequest();
  const rotate = () =>
    send('send', async () => {
      const body = { graceHours: Number(grace) };
      setMade(await api.post('/api/keys/{id}/rotate', { params: { id: of.id }, body }));
      router.refresh();
    });
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => {
        setOpen(next);
        setMade(null);
        clear();
      }}
      title={made ? 'Copy the new key now' : `Rotate “${of.name}”?`}
      size={made ? 'md' : 'sm'}
      trigger={
        <Button size="sm" aria-label={`Rotate ${of.name}`}>
          Rotate
        </Button>
      }
      footer={
        <DialogFooter made={made !== null}>
          <Button variant="primary" busy={busy !== null} onClick={rotate}>
            Rotate
          </Button>
        </DialogFooter>
      }
    >
      {made ? (
        <NewSecret
          made={made}
          source={of.source ?? 'generic'}
          forClients={of.scope === 'read' || of.scope === 'full'}
        />
      ) : (
        <div className="flex flex-col gap-3 text-sm">
          <p className="text-ink-2">A new key with the same permissions replaces it.</p>
          <Field label="The old key">
            {({ id }) => <Select id={id} label="The old key" options={GRACE} value={grace} onChange={setGrace} />}
          </Field>
          <Problem>{problem}</Problem>
        </div>
      )}
    </Dialog>
  );
}
