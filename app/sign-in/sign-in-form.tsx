'use client';
import { type FormEvent, useState } from 'react';
import { api, errorMessage } from '@/components/shell/api';
import { Button } from '@/components/ui/button';
import { Field, Input } from '@/components/ui/field';
import { Problem } from '@/components/ui/problem';
import type { SessionEnd } from '@/lib/auth/end-sessions';

const ENDED = {
  expired: 'Your session has ended. Sign in again to continue.',
  revoked: 'You were signed out from another device. Sign in again to continue.',
  password: 'Your password was changed, which ended your session. Sign in with the new one.',
  deactivated: 'Your account was deactivated, so you are signed out. Ask an admin to reactivate it.',
} as const satisfies Record<SessionEnd, string>;

/** `ended`: the person had a session in this browser, and why it has ended. */
export function SignInForm({ next, ended }: { next: string; ended: SessionEnd | null }) {
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
      {ended !== null && problem === '' && (
        <p role="status" className="rounded-md bg-medium-soft px-3 py-2 text-sm">
          {ENDED[ended]}
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
