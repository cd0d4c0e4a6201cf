'use client';
import type { FormEvent } from 'react';
import { NewPasswordField } from '@/components/account/new-password-field';
import { api } from '@/components/shell/api';
import { useRequest } from '@/components/shell/use-request';
import { Button } from '@/components/ui/button';
import { Field, Input } from '@/components/ui/field';
import { Problem } from '@/components/ui/problem';

export function SetupForm({ token }: { token: string }) {
  const { busy, problem, at, send, form } = useRequest(/^(name|email|password)$/);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const entered = new FormData(event.currentTarget);
    const text = (field: string) => String(entered.get(field) ?? '');
    const [name, email, password] = [text('name'), text('email'), text('password')];
    await send('send', async () => {
      await api.post('/api/setup', { body: { token, name, email, password } });
      await api.post('/api/auth/{...all}', { params: { all: 'sign-in/email' }, body: { email, password } });
      location.assign('/queue');
    });
  };
  return (
    <form ref={form} onSubmit={submit} className="flex flex-col gap-3.5">
      <Field label="Name" hint="Shown on reports and commits." error={at('name')}>
        {(control) => <Input {...control} name="name" autoComplete="name" maxLength={100} required autoFocus />}
      </Field>
      <Field label="E-mail address" error={at('email')}>
        {(control) => <Input {...control} name="email" type="email" autoComplete="username" required />}
      </Field>
      <NewPasswordField label="Password" name="password" error={at('password')} />
      <Problem>{problem}</Problem>
      <Button type="submit" variant="primary" busy={busy !== null} className="mt-1">
        Create account
      </Button>
    </form>
  );
}
