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
import { Select } from '@/components/ui/select';
import { toast } from '@/components/ui/toaster';
import type { AccountLink } from '@/lib/auth/account-links';
import { ROLES, type Role } from '@/lib/auth/permissions';
import { OneTimeLink } from './one-time-link';
import { ROLE_MAY } from './roles';

export function AddPerson() {
  const router = useRouter();
  const formId = useId();
  const [open, setOpen] = useState(false);
  const [role, setRole] = useState<Role>('analyst');
  const [invited, setInvited] = useState<{ name: string; link: AccountLink } | null>(null);
  const { busy, problem, at, send, clear, form } = useRequest(/^(name|email|password)$/);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const entered = new FormData(event.currentTarget);
    const text = (field: string) => String(entered.get(field) ?? '');
    const password = text('password');
    const account = password === '' ? { invite: true } : { password };
    const body = { name: text('name'), email: text('email'), role, ...account };
    await send('send', async () => {
      const { id, name } = await api.post('/api/users', { body });
      router.refresh();
      if (password !== '') {
        setOpen(false);
        toast({ kind: 'good', title: `${name} can sign in now.` });
      } else setInvited({ name, link: await api.post('/api/users/{id}/reset-link', { params: { id } }) });
    });
  };
  return (
    <Dialog
      isForm
      open={open}
      onOpenChange={(next) => {
        setOpen(next);
        setInvited(null);
        clear();
      }}
      title={invited ? `Invite ${invited.name}` : 'Add a person'}
      trigger={
        <Button variant="primary">
          <Plus aria-hidden className="size-3.5" />
          Add a person
        </Button>
      }
      footer={
        <DialogFooter made={invited !== null}>
          <Button variant="primary" type="submit" form={formId} busy={busy !== null}>
            Add person
          </Button>
        </DialogFooter>
      }
    >
      {invited && <OneTimeLink {...invited} />}
      <form id={formId} ref={form} onSubmit={submit} className={invited ? 'hidden' : 'flex flex-col gap-3.5'}>
        <PersonFields role={role} onRole={setRole} at={at} />
        <Problem>{problem}</Problem>
      </form>
    </Dialog>
  );
}

type PersonFieldsProps = { role: Role; onRole: (role: Role) => void; at: (field: string) => string | undefined };

function PersonFields({ role, onRole, at }: PersonFieldsProps) {
  return (
    <>
      <Field label="Name" hint="Shown on reports and commits." error={at('name')}>
        {(control) => <Input {...control} name="name" maxLength={100} autoComplete="off" required />}
      </Field>
      <Field label="E-mail address" hint="Used to sign in." error={at('email')}>
        {(control) => <Input {...control} name="email" type="email" autoComplete="off" required />}
      </Field>
      <Field
        label="Password (optional)"
        hint="Leave it empty to get a link that lets them choose their own."
        error={at('password')}
      >
        {(control) => (
          <Input
            {...control}
            name="password"
            type="password"
            autoComplete="new-password"
            minLength={12}
            maxLength={256}
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
            onChange={onRole}
          />
        )}
      </Field>
    </>
  );
}
