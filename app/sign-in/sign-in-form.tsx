'use client';
import { type FormEvent, useState } from 'react';
import { CodeField } from '@/components/account/code-field';
import { needsCode } from '@/components/account/needs-code';
import { passkeyProblem, signWithPasskey } from '@/components/account/passkey-device';
import { api } from '@/components/shell/api';
import { useRequest } from '@/components/shell/use-request';
import { Button } from '@/components/ui/button';
import { buttonClass } from '@/components/ui/button-class';
import { Field, Input } from '@/components/ui/field';
import { Problem } from '@/components/ui/problem';
import type { SessionEnd } from '@/lib/auth/end-sessions';
import type { SsoOffer } from '@/lib/sso/schema';

const ENDED = {
  expired: 'Your session has ended. Sign in again to continue.',
  idle: 'You were away for a while, so you are signed out. Sign in again to continue.',
  revoked: 'You were signed out from another device. Sign in again to continue.',
  password: 'Your password was changed, which ended your session. Sign in with the new one.',
  deactivated: 'Your account was deactivated, so you are signed out. Ask an admin to reactivate it.',
} as const satisfies Record<SessionEnd, string>;

/** Why single sign-on failed, by the error's reason. */
const FAILED: Record<string, string> = {
  account_deactivated: 'This account is deactivated. Ask an admin to reactivate it.',
  sso_account_exists:
    'There is already an account with your address. Sign in with its password and link it under Settings, Profile, or ask an admin to allow linking.',
  sso_expired: 'This sign-in took too long. Try again.',
  sso_identity_taken: 'This account of the provider is linked to another person. Ask an admin.',
  sso_no_email: 'The provider gave no verified e-mail address for you. Ask an admin.',
  sso_not_assigned: 'You are in none of the groups that may sign in. Ask an admin.',
  sso_off: 'Single sign-on is switched off.',
  sso_refused: 'The provider did not sign you in. Try again.',
};

type SignInFormProps = {
  next: string;
  sso: SsoOffer | null;
  /** Whether browsers offer passkeys at this address. */
  passkeys: boolean;
  /** Why single sign-on failed; null: it didn't. */
  failed: string | null;
  ended: SessionEnd | null;
  firstStep: 'password' | 'code';
};

/** `ended`: the person had a session in this browser, and why it has ended. */
export function SignInForm({ next, sso, passkeys, failed, ended, firstStep }: SignInFormProps) {
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
      {failed !== null && problem === '' && step === 'password' && (
        <Problem>{FAILED[failed] ?? 'Single sign-on failed. Try again, or ask an admin.'}</Problem>
      )}
      {sso && step === 'password' && <SsoButton sso={sso} next={next} />}
      {step === 'password' && <PasswordStep autoFocus={sso === null} />}
      {step === 'code' && <CodeField label="Code from your authenticator app" error={at('code')} />}
      {step === 'recovery' && <RecoveryField error={at('code')} />}
      <Problem>{problem}</Problem>
      <Button
        type="submit"
        variant={sso && step === 'password' ? 'default' : 'primary'}
        busy={busy !== null}
        className="mt-1"
      >
        Sign in
      </Button>
      {step === 'password' && passkeys && <PasskeyButton next={next} />}
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

function PasskeyButton({ next }: { next: string }) {
  const [deviceProblem, setDeviceProblem] = useState('');
  const { busy, problem, send } = useRequest();
  const signIn = () => {
    setDeviceProblem('');
    return send('send', async () => {
      const { options } = (await api.post('/api/auth/{...all}', { params: { all: 'passkey/options' }, body: {} })) as {
        options: unknown;
      };
      const signed = await signWithPasskey(options);
      if (!signed.ok) return setDeviceProblem(passkeyProblem(signed.why));
      const body = { response: signed.response };
      await api.post('/api/auth/{...all}', { params: { all: 'passkey' }, body });
      location.assign(next);
    });
  };
  return (
    <>
      <Button variant="quiet" busy={busy !== null} onClick={signIn}>
        Use a passkey
      </Button>
      <Problem>{problem || deviceProblem}</Problem>
    </>
  );
}

/** A plain link: the answer leads the browser to the provider. */
function SsoButton({ sso, next }: { sso: SsoOffer; next: string }) {
  return (
    <>
      <a href={`/api/sso/start?next=${encodeURIComponent(next)}`} className={buttonClass('primary')}>
        Sign in with {sso.name}
      </a>
      <p className="text-center text-ink-2 text-xs">
        {sso.passwords ? 'or with a password' : 'Passwords are for emergency access only.'}
      </p>
    </>
  );
}

function PasswordStep({ autoFocus }: { autoFocus: boolean }) {
  return (
    <>
      <Field label="E-mail address">
        {(control) => (
          <Input {...control} name="email" type="email" autoComplete="username" required autoFocus={autoFocus} />
        )}
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
