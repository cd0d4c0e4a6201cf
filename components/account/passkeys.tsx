'use client';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { Section } from '@/components/settings/section';
import { api } from '@/components/shell/api';
import { useRequest } from '@/components/shell/use-request';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { Field, Input } from '@/components/ui/field';
import { Problem } from '@/components/ui/problem';
import { Time } from '@/components/ui/time';
import { toast } from '@/components/ui/toaster';
import type { Passkey } from '@/lib/passkeys/schema';
import { makePasskey, passkeyProblem } from './passkey-device';
import { PasswordAgainField } from './password-again-field';

type PasskeysProps = { email: string; passkeys: Passkey[]; available: boolean };

/** One's passkeys: add, rename and remove them. `available`: browsers make passkeys for the address of this page. */
export function Passkeys({ email, passkeys, available }: PasskeysProps) {
  const router = useRouter();
  const [isAdding, setAdding] = useState(false);
  const close = () => {
    setAdding(false);
    router.refresh();
  };
  return (
    <Section
      title="Passkeys"
      lead="Sign in with your fingerprint, face or device PIN instead of password and code. Your password keeps working."
      action={available && !isAdding && <Button onClick={() => setAdding(true)}>Add a passkey</Button>}
    >
      {isAdding && <AddPasskey email={email} onDone={close} />}
      {!available && (
        <p className="text-ink-2 text-sm">
          Passkeys need HTTPS and a host name. Open Socdown by its name to add one, or ask your admin to set it up.
        </p>
      )}
      {available && passkeys.length === 0 && !isAdding && (
        <p className="text-ink-2 text-sm">No passkeys yet. Add one on each device that you sign in from.</p>
      )}
      {passkeys.length > 0 && (
        <ul aria-label="Passkeys" className="mt-3 divide-y divide-line border-line border-y text-sm">
          {passkeys.map((passkey) => (
            <PasskeyRow key={passkey.id} passkey={passkey} onChanged={() => router.refresh()} />
          ))}
        </ul>
      )}
    </Section>
  );
}

function AddPasskey({ email, onDone }: { email: string; onDone: () => void }) {
  const [deviceProblem, setDeviceProblem] = useState('');
  const { busy, problem, at, send, form } = useRequest(/^(currentPassword|name)$/);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const name = String(data.get('passkey-name') ?? '');
    setDeviceProblem('');
    await send('send', async () => {
      const body = { currentPassword: String(data.get('password') ?? '') };
      const { options } = await api.post('/api/me/passkeys/options', { body });
      const made = await makePasskey(options);
      if (!made.ok) return setDeviceProblem(passkeyProblem(made.why));
      await api.post('/api/me/passkeys', { body: { name, response: made.response } });
      toast({ kind: 'good', title: `Passkey “${name}” added` });
      onDone();
    });
  };
  return (
    <form ref={form} onSubmit={submit} className="flex max-w-sm flex-col items-start gap-3">
      <Field
        label="Name"
        hint="To tell your passkeys apart, for example “Work laptop”."
        error={at('name')}
        className="w-full"
      >
        {(control) => <Input {...control} name="passkey-name" maxLength={60} required autoFocus autoComplete="off" />}
      </Field>
      <PasswordAgainField email={email} error={at('currentPassword')} />
      <Problem>{problem || deviceProblem}</Problem>
      <div className="flex gap-2">
        <Button type="submit" variant="primary" busy={busy !== null}>
          Continue
        </Button>
        <Button onClick={onDone}>Cancel</Button>
      </div>
    </form>
  );
}

function PasskeyRow({ passkey, onChanged }: { passkey: Passkey; onChanged: () => void }) {
  const [mode, setMode] = useState<'rename' | 'remove' | null>(null);
  const { busy, problem, at, send, form } = useRequest(/^name$/);
  const params = { id: passkey.id };
  const change = async (request: () => Promise<unknown>, done: string) => {
    if (!(await send('send', request))) return;
    setMode(null);
    toast({ kind: 'good', title: done });
    onChanged();
  };
  const rename = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get('passkey-name') ?? '');
    void change(() => api.patch('/api/me/passkeys/{id}', { params, body: { name } }), `Renamed to “${name}”`);
  };
  const remove = () => change(() => api.delete('/api/me/passkeys/{id}', { params }), `“${passkey.name}” removed`);
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2">
      <span className="min-w-0 flex-1">
        {passkey.name} {passkey.synced && <Badge>synced</Badge>}
        <span className="block text-ink-3 text-xs">
          added <Time value={passkey.createdAt} /> ·{' '}
          {passkey.usedAt === null ? 'never used' : <LastUsed value={passkey.usedAt} />}
        </span>
      </span>
      {mode === null && (
        <>
          <Button size="sm" variant="quiet" aria-label={`Rename ${passkey.name}`} onClick={() => setMode('rename')}>
            Rename
          </Button>
          <Button size="sm" variant="quiet" aria-label={`Remove ${passkey.name}`} onClick={() => setMode('remove')}>
            Remove
          </Button>
        </>
      )}
      {mode === 'rename' && (
        <form ref={form} onSubmit={rename} className="flex w-full max-w-sm flex-wrap items-end gap-2">
          <Field label="Name" error={at('name')} className="min-w-0 flex-1">
            {(control) => (
              <Input {...control} name="passkey-name" defaultValue={passkey.name} maxLength={60} required autoFocus />
            )}
          </Field>
          <Button type="submit" variant="primary" busy={busy !== null}>
            Save
          </Button>
          <Button onClick={() => setMode(null)}>Cancel</Button>
        </form>
      )}
      {mode === 'remove' && (
        <fieldset aria-label={`Remove ${passkey.name}`} className="flex w-full flex-wrap items-center gap-2">
          <span className="min-w-0 flex-1 text-ink-2">
            You can’t sign in with it any more. Sessions that it started stay signed in.
          </span>
          <Button size="sm" variant="danger" busy={busy !== null} autoFocus onClick={remove}>
            Remove passkey
          </Button>
          <Button size="sm" onClick={() => setMode(null)}>
            Keep
          </Button>
        </fieldset>
      )}
      <Problem>{problem}</Problem>
    </li>
  );
}

const LastUsed = ({ value }: { value: string }) => (
  <>
    last used <Time value={value} />
  </>
);
