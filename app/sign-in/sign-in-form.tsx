'use client';
import { type FormEvent, useState } from 'react';
import { CodeField } from '@/components/account/code-field';
import { needsCode } from '@/components/account/needs-code';
import { api } from '@/components/shell/api';
import { useRequest } from '@/components/shell/use-request';
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

type SignInFormProps = { next: string; ended: SessionEnd | null; firstStep: 'password' | 'code' };

/** `ended`: the person had a session in this browser, and why it has ended. */
export function SignInForm({ next, ended, firstStep }: SignInFormProps) {
  const [step, setStep] = useState<'password' | 'code' | 'recovery'>(firstStep);
  const { busy, problem, at, send, form } = useRequest(/^code$/);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    await send('send', async () => {
      if (step === 'password') {
        const body = { email: data.get('email'), password: data.get('password') };
        const answer = await api.post('/api/auth/{...all}', { params: { all: 'sign-in/email' }, body });
        if (needsCode(answer)) return setStep('code');
      } else await api.post('/api/auth/{...all}', { params: { all: 'two-factor' }, body: { code: data.get('code') } });
      // A full load: what the server renders around every page depends on who is signed in.
      location.assign(next);
    });
  };
  return (
    <form ref={form} onSubmit={submit} className="flex flex-col gap-3.5">
      {ended !== null && problem === '' && step === 'password' && (
        <p role="status" className="rounded-md bg-medium-soft px-3 py-2 text-sm">
          {ENDED[ended]}
        </p>
      )}
      {step === 'password' && <PasswordStep />}
      {step === 'code' && <CodeField label="Code from your authenticator app" error={at('code')} />}
      {step === 'recovery' && <RecoveryField error={at('code')} />}
      <Problem>{problem}</Problem>
      <Button type="submit" variant="primary" busy={busy !== null} className="mt-1">
        Sign in
      </Button>
      {step !== 'password' && (
        <div className="flex justify-between gap-2">
          <Button variant="quiet" size="sm" onClick={() => setStep(step === 'code' ? 'recovery' : 'code')}>
            {step === 'code' ? 'Use a recovery code' : 'Use the app'}
          </Button>
          <Button variant="quiet" size="sm" onClick={() => setStep('password')}>
            Start again
          </Button>
        </div>
      )}
    </form>
  );
}

function PasswordStep() {
  return (
    <>
      <Field label="E-mail address">
        {(control) => <Input {...control} name="email" type="email" autoComplete="username" required autoFocus />}
      </Field>
      <Field label="Password">
        {(control) => <Input {...control} name="password" type="password" autoComplete="current-password" required />}
      </Field>
    </>
  );
}

function RecoveryField({ error }: { error: string | undefined }) {
  return (
    <Field label="Recovery code" hint="One of the codes you saved. Each works once." error={error}>
      {(control) => (
        <Input
          {...control}
          name="code"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={40}
          required
          autoFocus
          className="font-mono"
        />
      )}
    </Field>
  );
}
