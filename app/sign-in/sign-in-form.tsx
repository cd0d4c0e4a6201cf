'use client';
import { type FormEvent, useState } from 'react';
import { api, errorMessage } from '@/components/shell/api';
import { Button } from '@/components/ui/button';
import { Field, Input } from '@/components/ui/field';
import { Problem } from '@/components/ui/problem';

/** `ended`: the person had a session, which has expired or was revoked. */
export function SignInForm({ next, ended }: { next: string; ended: boolean }) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setProblem('');
    try {
      const body = { email: form.get('email'), password: form.get('password') };
      await api.post('/api/auth/{...all}', { params: { all: 'sign-in/email' }, body });
      // A full load: what the server renders around every page depends on who is signed in.
      location.assign(next);
    } catch (error) {
      setProblem(errorMessage(error));
      setBusy(false);
    }
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-3.5">
      {ended && problem === '' && (
        <p role="status" className="rounded-md bg-medium-soft px-3 py-2 text-sm">
          Your session has ended. Sign in again to continue.
        </p>
      )}
      <Field label="E-mail address">
        {(control) => <Input {...control} name="email" type="email" autoComplete="username" required autoFocus />}
      </Field>
      <Field label="Password">
        {(control) => <Input {...control} name="password" type="password" autoComplete="current-password" required />}
      </Field>
      <Problem>{problem}</Problem>
      <Button type="submit" variant="primary" busy={busy} className="mt-1">
        Sign in
      </Button>
    </form>
  );
}
