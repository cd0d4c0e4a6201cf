'use client';
import { type FormEvent, useState } from 'react';
import { callApi, wordsOf } from '@/components/shell/call-api';
import { Button } from '@/components/ui/button';
import { Field, Input } from '@/components/ui/field';
import { Problem } from '@/components/ui/problem';

export function SetupForm({ token }: { token: string }) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const email = form.get('email');
    const password = form.get('password');
    setBusy(true);
    setProblem('');
    try {
      await callApi('POST', '/api/setup', { body: { token, name: form.get('name'), email, password } });
      await callApi('POST', '/api/auth/sign-in/email', { body: { email, password } });
      location.assign('/queue');
    } catch (error) {
      setProblem(wordsOf(error));
      setBusy(false);
    }
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-3.5">
      <Field label="Name" hint="As it stands on reports and commits.">
        {(control) => <Input {...control} name="name" autoComplete="name" maxLength={100} required autoFocus />}
      </Field>
      <Field label="E-mail address">
        {(control) => <Input {...control} name="email" type="email" autoComplete="username" required />}
      </Field>
      <Field label="Password" hint="At least 12 characters.">
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
      <Problem>{problem}</Problem>
      <Button type="submit" variant="primary" busy={busy} className="mt-1">
        Make the account
      </Button>
    </form>
  );
}
