'use client';
import { Plus } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { type FormEvent, useId, useState } from 'react';
import { api } from '@/components/shell/api';
import { useRequest } from '@/components/shell/use-request';
import { Button } from '@/components/ui/button';
import { Dialog, DialogClose } from '@/components/ui/dialog';
import { Field, Input } from '@/components/ui/field';
import { Problem } from '@/components/ui/problem';
import { Select } from '@/components/ui/select';
import { toast } from '@/components/ui/toaster';
import { ROLES, type Role } from '@/lib/auth/permissions';
import { ROLE_MAY } from './roles';

export function AddPerson() {
  const router = useRouter();
  const formId = useId();
  const [open, setOpen] = useState(false);
  const [role, setRole] = useState<Role>('analyst');
  const { busy, problem, at, send, clear, form } = useRequest(/^(name|email|password)$/);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const entered = new FormData(event.currentTarget);
    const text = (field: string) => String(entered.get(field) ?? '');
    const body = { name: text('name'), email: text('email'), password: text('password'), role };
    await send('send', async () => {
      const { name } = await api.post('/api/users', { body });
      setOpen(false);
      toast({ kind: 'good', title: `${name} can sign in now.` });
      router.refresh();
    });
  };
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => {
        setOpen(next);
        clear();
      }}
      title="Add a person"
      trigger={
        <Button variant="primary">
          <Plus aria-hidden className="size-3.5" />
          Add a person
        </Button>
      }
      footer={
        <>
          <DialogClose>
            <Button>Cancel</Button>
          </DialogClose>
          <Button variant="primary" type="submit" form={formId} busy={busy !== null}>
            Add
          </Button>
        </>
      }
    >
      <form id={formId} ref={form} onSubmit={submit} className="flex flex-col gap-3.5">
        <Field label="Name" hint="Shown on reports and commits." error={at('name')}>
          {(control) => <Input {...control} name="name" maxLength={100} autoComplete="off" required />}
        </Field>
        <Field label="E-mail address" hint="Used to sign in." error={at('email')}>
          {(control) => <Input {...control} name="email" type="email" autoComplete="off" required />}
        </Field>
        <Field label="Password" hint="At least 12 characters. Share it securely." error={at('password')}>
          {(control) => (
            <Input
              {...control}
              name="password"
              type="password"
              autoComplete="new-password"
              minLength={12}
              maxLength={256}
              required
            />
          )}
        </Field>
        <Field label="Role" hint={ROLE_MAY[role]}>
          {(control) => (
            <Select
              id={control.id}
              label="Role"
              options={ROLES.map((value) => ({ value, label: value }))}
              value={role}
              onChange={setRole}
            />
          )}
        </Field>
        <Problem>{problem}</Problem>
      </form>
    </Dialog>
  );
}
