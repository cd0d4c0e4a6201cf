'use client';
import type { FormEvent } from 'react';
import { api } from '@/components/shell/api';
import { useRequest } from '@/components/shell/use-request';
import { Button } from '@/components/ui/button';
import { Problem } from '@/components/ui/problem';
import { needsCode } from './needs-code';
import { NewPasswordField } from './new-password-field';

/** Sets the password with a one-time link, and signs in with it. */
export function SetPasswordForm({ token, email }: { token: string; email: string }) {
  const { busy, problem, at, send, form } = useRequest(/^password$/);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const password = String(new FormData(event.currentTarget).get('new') ?? '');
    await send('send', async () => {
      await api.post('/api/account-links', { body: { token, password } });
      // A full load: what the server renders around every page depends on who is signed in.
      const body = { email, password };
      const answer = await api.post('/api/auth/{...all}', { params: { all: 'sign-in/email' }, body });
      location.assign(needsCode(answer) ? '/sign-in?step=code' : '/queue');
    });
  };
  return (
    <form ref={form} onSubmit={submit} className="flex flex-col gap-3.5">
      {/* Password managers look for the account here. */}
      <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
      <NewPasswordField error={at('password')} />
      <Problem>{problem}</Problem>
      <Button type="submit" variant="primary" busy={busy !== null}>
        Set password and sign in
      </Button>
    </form>
  );
}
