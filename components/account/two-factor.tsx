'use client';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { Section } from '@/components/settings/section';
import { api } from '@/components/shell/api';
import { useRequest } from '@/components/shell/use-request';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { Problem } from '@/components/ui/problem';
import { toast } from '@/components/ui/toaster';
import type { TwoFactorState } from '@/lib/auth/two-factor';
import { PasswordAgainField } from './password-again-field';
import { RecoveryCodes } from './recovery-codes';
import { TwoFactorSetup } from './two-factor-setup';

/** Turns two-factor sign-in on and off, and replaces the recovery codes. */
export function TwoFactor({ email, state }: { email: string; state: TwoFactorState }) {
  const router = useRouter();
  const [open, setOpen] = useState<'setup' | 'disable' | 'codes' | null>(null);
  const close = () => {
    setOpen(null);
    router.refresh();
  };
  return (
    <Section
      title="Two-factor sign-in"
      lead="After the password, you enter a code from an authenticator app. API keys are not affected."
      action={<Badge tone={state.enabled ? 'good' : 'neutral'}>{state.enabled ? 'on' : 'off'}</Badge>}
    >
      {open === null && (
        <div className="flex flex-wrap gap-2">
          {!state.enabled && <Button onClick={() => setOpen('setup')}>Set up</Button>}
          {state.enabled && <Button onClick={() => setOpen('codes')}>New recovery codes</Button>}
          {state.enabled && !state.required && <Button onClick={() => setOpen('disable')}>Turn off</Button>}
        </div>
      )}
      {state.enabled && state.required && <p className="mt-2 text-ink-2 text-sm">Required for your role.</p>}
      {open === 'setup' && <TwoFactorSetup email={email} onDone={close} onCancel={() => setOpen(null)} />}
      {(open === 'disable' || open === 'codes') && <WithPassword key={open} what={open} email={email} onDone={close} />}
    </Section>
  );
}

type WithPasswordProps = { what: 'disable' | 'codes'; email: string; onDone: () => void };

function WithPassword({ what, email, onDone }: WithPasswordProps) {
  const [codes, setCodes] = useState<string[] | null>(null);
  const { busy, problem, at, send, form } = useRequest(/^currentPassword$/);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const body = { currentPassword: String(new FormData(event.currentTarget).get('password') ?? '') };
    await send('send', async () => {
      if (what === 'codes') {
        setCodes((await api.post('/api/me/two-factor/recovery-codes', { body })).recoveryCodes);
        return;
      }
      await api.post('/api/me/two-factor/disable', { body });
      toast({ kind: 'good', title: 'Two-factor sign-in is off' });
      onDone();
    });
  };
  if (codes) {
    return (
      <div className="flex flex-col items-start gap-3">
        <p role="status" className="text-sm">
          These replace the earlier codes. Each signs you in once when you don’t have the app.
        </p>
        <RecoveryCodes codes={codes} />
        <Button onClick={onDone}>Done</Button>
      </div>
    );
  }
  return (
    <form ref={form} onSubmit={submit} className="flex max-w-sm flex-col items-start gap-3">
      <PasswordAgainField isFirst email={email} error={at('currentPassword')} />
      <Problem>{problem}</Problem>
      <div className="flex gap-2">
        <Button type="submit" variant={what === 'disable' ? 'danger' : 'primary'} busy={busy !== null}>
          {what === 'disable' ? 'Turn off' : 'Replace codes'}
        </Button>
        <Button onClick={onDone}>Cancel</Button>
      </div>
    </form>
  );
}
