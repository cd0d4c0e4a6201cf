'use client';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { TRUSTS, trustLabel } from '@/components/labels/trust-labels';
import { api, errorMessage } from '@/components/shell/api';
import { useRequest } from '@/components/shell/use-request';
import { Button } from '@/components/ui/button';
import { Dialog, DialogClose } from '@/components/ui/dialog';
import { Field, Input, Textarea } from '@/components/ui/field';
import { Problem } from '@/components/ui/problem';
import { Select } from '@/components/ui/select';
import { toast } from '@/components/ui/toaster';
import type { Entity } from '@/lib/alerts/schema';
import type { SetTrust, TrustNote } from '@/lib/entities/schema';

const FORM = 'trust-form';
type Choice = SetTrust['trust'];

type TrustEditorProps = { entity: Entity; current: TrustNote | null; maySayGood: boolean };

/** Says what an entity is, with a note and an expiry. The change can be undone. */
export function TrustEditor({ entity, current, maySayGood }: TrustEditorProps) {
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const save = async (body: SetTrust): Promise<void> => {
    const { previous } = await api.put('/api/entities/{kind}/{value}/trust', { params: entity, body });
    router.refresh();
    const undo = async () => {
      if (!previous) return;
      try {
        await api.put('/api/entities/{kind}/{value}/trust', { params: entity, body: previous });
        router.refresh();
      } catch (error) {
        toast({ kind: 'bad', title: 'Couldn’t undo the change', description: errorMessage(error) });
      }
    };
    toast({ kind: 'good', title: 'Trust saved', action: { label: 'Undo', run: () => void undo() } });
  };
  return (
    <Dialog
      open={open}
      onOpenChange={setOpen}
      title="Trust"
      description="What your team knows about this entity. Investigations see it; it changes no severity or verdict."
      trigger={<Button size="sm">{current ? 'Edit trust' : 'Set trust'}</Button>}
      footer={
        <>
          <DialogClose>
            <Button>Cancel</Button>
          </DialogClose>
          <Button type="submit" form={FORM} variant="primary">
            Save trust
          </Button>
        </>
      }
    >
      {open && <TrustForm current={current} maySayGood={maySayGood} save={save} onDone={() => setOpen(false)} />}
    </Dialog>
  );
}

type TrustFormProps = Omit<TrustEditorProps, 'entity'> & {
  save: (body: SetTrust) => Promise<void>;
  onDone: () => void;
};

function TrustForm({ current, maySayGood, save, onDone }: TrustFormProps) {
  const [trust, setTrust] = useState<Choice>(current?.trust ?? 'none');
  const [note, setNote] = useState(current?.note ?? '');
  const [day, setDay] = useState(current?.expiresAt && !current.expired ? lastDay(current.expiresAt) : '');
  const { problem, at, send, form } = useRequest(/^(note|expiresAt)/);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (await send('send', () => save({ trust, note, expiresAt: day === '' ? null : day }))) onDone();
  };
  const options = [
    { value: 'none' as const, label: 'None' },
    ...TRUSTS.filter((value) => maySayGood || value !== 'known-good').map((value) => ({
      value,
      label: trustLabel(value),
    })),
  ];
  return (
    <form id={FORM} ref={form} onSubmit={submit} className="flex flex-col gap-3" noValidate>
      <Field label="Trust" hint={maySayGood ? undefined : 'Only reviewers can mark an entity as known good.'}>
        {({ id }) => <Select id={id} label="Trust" options={options} value={trust} onChange={setTrust} />}
      </Field>
      <Field label="Note" hint="The reason, for the next reader." error={at('note')}>
        {(control) => <Textarea {...control} value={note} onChange={(event) => setNote(event.target.value)} />}
      </Field>
      <Field label="Expires (UTC)" hint="The last valid day. Leave empty for no expiry." error={at('expiresAt')}>
        {(control) => <Input {...control} type="date" value={day} onChange={(event) => setDay(event.target.value)} />}
      </Field>
      <Problem>{problem}</Problem>
    </form>
  );
}

/** The last whole day before an expiry. */
const lastDay = (expiresAt: string): string => new Date(Date.parse(expiresAt) - 1).toISOString().slice(0, 10);
