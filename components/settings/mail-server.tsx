'use client';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { api } from '@/components/shell/api';
import { useRequest } from '@/components/shell/use-request';
import { Button } from '@/components/ui/button';
import { Field, Input } from '@/components/ui/field';
import { Problem } from '@/components/ui/problem';
import { Select } from '@/components/ui/select';
import { toast } from '@/components/ui/toaster';
import type { MailSetting } from '@/lib/notifications/mail-setting';
import { Section } from './section';

type Mail = NonNullable<MailSetting['mail']>;
const SECURITY: { value: Mail['security']; label: string }[] = [
  { value: 'starttls', label: 'STARTTLS (587)' },
  { value: 'tls', label: 'TLS (465)' },
  { value: 'none', label: 'None, own network only' },
];
const FIELDS = /^(host|port|security|user|password|from)$/;

/** The mail server that notifications by e-mail go through. */
export function MailServer({ mail }: { mail: Mail | null }) {
  const router = useRouter();
  const [security, setSecurity] = useState<Mail['security']>(mail?.security ?? 'starttls');
  const { busy, problem, at, send, form } = useRequest<'save' | 'test' | 'remove'>(FIELDS);
  const done = (title: string) => {
    toast({ kind: 'good', title });
    router.refresh();
  };
  const save = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const body = { ...readForm(new FormData(event.currentTarget)), security };
    if (await send('save', () => api.put('/api/settings/mail', { body }))) done('Mail server saved');
  };
  const test = () => send('test', async () => done(`Test sent to ${(await api.post('/api/settings/mail/test')).to}`));
  const remove = async () => {
    if (await send('remove', () => api.delete('/api/settings/mail'))) done('Mail server removed');
  };
  return (
    <Section
      title="E-mail"
      lead="The mail server (SMTP) for notifications by e-mail. Everyone can then choose e-mail in their profile, and you can add it as a channel above."
    >
      <form ref={form} key={JSON.stringify(mail)} onSubmit={save} className="flex max-w-xl flex-col gap-3">
        <div className="grid gap-3 sm:grid-cols-[1fr_7rem]">
          <TextField
            name="host"
            label="Host"
            error={at('host')}
            value={mail?.host}
            hint="Like smtp.example.com."
            required
          />
          <TextField name="port" label="Port" error={at('port')} value={String(mail?.port ?? 587)} required />
        </div>
        <Field label="Encryption" error={at('security')}>
          {({ id }) => <Select id={id} label="Encryption" options={SECURITY} value={security} onChange={setSecurity} />}
        </Field>
        <TextField
          name="user"
          label="User"
          error={at('user')}
          value={mail?.user}
          hint="Leave empty if the server needs no sign-in."
        />
        <TextField
          name="password"
          label="Password"
          type="password"
          error={at('password')}
          hint={
            mail?.hasPassword ? 'Stored encrypted. Leave it empty to keep it.' : 'Stored encrypted, not shown again.'
          }
        />
        <TextField
          name="from"
          label="From"
          error={at('from')}
          value={mail?.from}
          hint="Like socdown@example.com."
          required
        />
        <Problem>{problem}</Problem>
        <div className="flex flex-wrap gap-2">
          <Button variant="primary" type="submit" busy={busy === 'save'}>
            Save mail server
          </Button>
          {mail && (
            <>
              <Button busy={busy === 'test'} onClick={() => void test()}>
                Send me a test
              </Button>
              <Button variant="danger" busy={busy === 'remove'} onClick={() => void remove()}>
                Remove mail server
              </Button>
            </>
          )}
        </div>
      </form>
    </Section>
  );
}

/** The fields as the API takes them; a password that is left empty stays as it is. */
function readForm(data: FormData) {
  const text = (name: string) => String(data.get(name) ?? '');
  const password = text('password');
  return {
    host: text('host'),
    port: Number(text('port')),
    user: text('user'),
    from: text('from'),
    ...(password ? { password } : {}),
  };
}

type TextFieldProps = {
  name: string;
  label: string;
  error: string | undefined;
  hint?: string;
  value?: string | undefined;
  type?: string;
  required?: boolean;
};

function TextField({ name, label, error, hint, value, type = 'text', required = false }: TextFieldProps) {
  return (
    <Field label={label} error={error} {...(hint ? { hint } : {})}>
      {(control) => (
        <Input
          {...control}
          name={name}
          type={type}
          defaultValue={value ?? ''}
          required={required}
          autoComplete={type === 'password' ? 'new-password' : 'off'}
          spellCheck={false}
        />
      )}
    </Field>
  );
}
