'use client';
import { Plus } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { type FormEvent, useId, useState } from 'react';
import { callApi, wordsOf } from '@/components/shell/call-api';
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
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setProblem('');
    try {
      const body = { name: form.get('name'), email: form.get('email'), password: form.get('password'), role };
      const { name } = await callApi<{ name: string }>('POST', '/api/users', { body });
      setOpen(false);
      toast({ kind: 'good', title: `${name} can sign in now.` });
      router.refresh();
    } catch (error) {
      setProblem(wordsOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => {
        setOpen(next);
        setProblem('');
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
          <Button variant="primary" type="submit" form={formId} busy={busy}>
            Add
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit} className="flex flex-col gap-3.5">
        <Field label="Name" hint="As it stands on reports and commits.">
          {(control) => <Input {...control} name="name" maxLength={100} autoComplete="off" required />}
        </Field>
        <Field label="E-mail address" hint="They sign in with it.">
          {(control) => <Input {...control} name="email" type="email" autoComplete="off" required />}
        </Field>
        <Field label="Password" hint="At least 12 characters. Give it to them on a safe way.">
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
