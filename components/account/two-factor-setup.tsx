'use client';
import { type FormEvent, useState } from 'react';
import { Secret } from '@/components/settings/new-secret';
import { api } from '@/components/shell/api';
import { useRequest } from '@/components/shell/use-request';
import { Button } from '@/components/ui/button';
import { Problem } from '@/components/ui/problem';
import type { Enrollment } from '@/lib/auth/two-factor';
import type { QrCode } from '@/lib/exports/qr-code';
import { CodeField } from './code-field';
import { PasswordAgainField } from './password-again-field';
import { RecoveryCodes } from './recovery-codes';

type Made = Enrollment & { qr: QrCode };

type TwoFactorSetupProps = {
  email: string;
  onDone: () => void /** Absent where it must be set up. */;
  onCancel?: () => void;
};

/** Password, then the app with a first code, then the recovery codes. `onDone`: it is on, and the codes were seen. */
export function TwoFactorSetup({ email, onDone, onCancel }: TwoFactorSetupProps) {
  const [made, setMade] = useState<Made | null>(null);
  const [isOn, setOn] = useState(false);
  const { busy, problem, at, send, form } = useRequest(/^(currentPassword|code)$/);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const text = (name: string) => String(data.get(name) ?? '');
    await send('send', async () => {
      if (made === null) setMade(await api.post('/api/me/two-factor', { body: { currentPassword: text('password') } }));
      else {
        await api.put('/api/me/two-factor', { body: { code: text('code') } });
        setOn(true);
      }
    });
  };
  if (made !== null && isOn) {
    return (
      <div className="flex flex-col items-start gap-3">
        <p role="status" className="text-sm">
          Two-factor sign-in is on. Each code below signs you in once when you don’t have the app.
        </p>
        <RecoveryCodes codes={made.recoveryCodes} />
        <Button variant="primary" onClick={onDone}>
          I saved the codes
        </Button>
      </div>
    );
  }
  return (
    <form ref={form} onSubmit={submit} className="flex max-w-sm flex-col items-start gap-3">
      {made === null ? (
        <PasswordAgainField isFirst email={email} error={at('currentPassword')} />
      ) : (
        <Scan made={made} />
      )}
      {made !== null && <CodeField error={at('code')} label="Code from the app" />}
      <Problem>{problem}</Problem>
      <div className="flex gap-2">
        <Button type="submit" variant="primary" busy={busy !== null}>
          {made === null ? 'Continue' : 'Turn on'}
        </Button>
        {onCancel && <Button onClick={onCancel}>Cancel</Button>}
      </div>
    </form>
  );
}

function Scan({ made: { qr, secret } }: { made: Made }) {
  return (
    <>
      <p className="text-ink-2 text-sm">
        Scan this with an authenticator app, or enter the key. Then enter the code it shows.
      </p>
      {/* Black on white in both themes: scanners expect it. */}
      <svg
        role="img"
        aria-label="QR code for the authenticator app"
        viewBox={`0 0 ${qr.size} ${qr.size}`}
        shapeRendering="crispEdges"
        className="size-48 rounded-md bg-white"
      >
        <path d={qr.path} fill="#000" />
      </svg>
      <div className="w-full">
        <Secret text={secret} label="Copy the key" testId="totp-secret" />
      </div>
    </>
  );
}
