'use client';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { api } from '@/components/shell/api';
import { useRequest } from '@/components/shell/use-request';
import { Button } from '@/components/ui/button';
import { Checkbox } from '@/components/ui/checkbox';
import { DialogClose } from '@/components/ui/dialog';
import { Field, Input, Textarea } from '@/components/ui/field';
import { Problem } from '@/components/ui/problem';
import { Select } from '@/components/ui/select';
import type { ConnectionDetail } from '@/lib/connections/schema';
import { CaField } from './ca-field';
import { NameField } from './name-field';
import { OAuthFields, oauthOf } from './oauth-fields';
import { type SecretDraft, SecretFields } from './secret-fields';

const KINDS = [
  { value: 'stdio', label: 'Program (stdio)' },
  { value: 'http', label: 'URL (Streamable HTTP)' },
] as const;

/** How any server is reached: of a new connection, or of one that is changed. A stored secret is never here: left empty, it stays. */
export function ConnectionForm({
  connection,
  redirectUrl,
  onDone,
}: {
  connection?: ConnectionDetail;
  /** Where an authorization server sends people back to. */
  redirectUrl: string;
  onDone: () => void;
}) {
  const router = useRouter();
  const target = connection?.target;
  const [kind, setKind] = useState<'stdio' | 'http'>(connection?.kind ?? 'stdio');
  const [inside, setInside] = useState(target?.kind === 'http' && target.allowInternal);
  const [secrets, setSecrets] = useState<SecretDraft[]>(() => draftsOf(connection));
  const [signsIn, setSignsIn] = useState(Boolean(connection?.signIn));
  const { busy, problem, at, send, form } = useRequest(/^(name|target|secrets|oauth)\b/);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const entered = new FormData(event.currentTarget);
    const body = { target: targetOf(kind, entered, inside), secrets: secretsOf(secrets) };
    const oauth = kind === 'http' && signsIn ? oauthOf(entered) : null;
    await send('send', async () => {
      if (connection) {
        await api.patch('/api/connections/{id}', { params: { id: connection.id }, body: { ...body, oauth } });
        router.refresh();
      } else {
        const made = await api.post('/api/connections', {
          body: { name: textOf(entered, 'name'), ...body, ...(oauth ? { oauth } : {}) },
        });
        // One that signs in is tested after that.
        router.push(`/settings/connections/${made.id}${oauth ? '' : '?test=now'}`);
      }
      onDone();
    });
  };

  return (
    <form ref={form} onSubmit={submit} className="flex flex-col gap-3">
      {!connection && (
        <>
          <NameField error={at('name')} />
          <Select label="Transport" showLabel options={KINDS} value={kind} onChange={setKind} className="w-72" />
        </>
      )}
      <TargetFields kind={kind} target={target} inside={inside} error={at} onInside={setInside} />
      {kind === 'http' && <Checkbox label="Sign in with OAuth" showLabel checked={signsIn} onChange={setSignsIn} />}
      {kind === 'http' && signsIn && (
        <OAuthFields redirectUrl={redirectUrl} stored={connection?.signIn ?? null} error={at} />
      )}
      <SecretFields kind={kind} secrets={secrets} onChange={setSecrets} error={at('secrets')} />
      <Problem>{problem}</Problem>
      <FormButtons
        busy={busy !== null}
        label={connection ? 'Save' : kind === 'http' && signsIn ? 'Add' : 'Add and test'}
      />
    </form>
  );
}

export function FormButtons({ busy, label }: { busy: boolean; label: string }) {
  return (
    <div className="flex flex-wrap justify-end gap-2">
      <DialogClose>
        <Button>Cancel</Button>
      </DialogClose>
      <Button variant="primary" type="submit" busy={busy}>
        {label}
      </Button>
    </div>
  );
}

const textOf = (entered: FormData, name: string) => String(entered.get(name) ?? '').trim();

function targetOf(kind: 'stdio' | 'http', entered: FormData, allowInternal: boolean) {
  const caCertificate = textOf(entered, 'caCertificate');
  if (kind === 'http')
    return { kind, url: textOf(entered, 'url'), allowInternal, ...(caCertificate ? { caCertificate } : {}) };
  const [command = '', ...args] = textOf(entered, 'command')
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  return { kind, command, args };
}

function secretsOf(secrets: SecretDraft[]) {
  return secrets
    .filter(({ name }) => name.trim() !== '')
    .map(({ name, from, value, stored, prefix, plain }) => ({
      name: name.trim(),
      ...(from === 'env'
        ? { fromEnv: value.trim(), ...(prefix ? { prefix } : {}) }
        : value === '' && stored
          ? {}
          : { value, ...(plain ? { plain } : {}) }),
    }));
}

type TargetFieldsProps = {
  kind: 'stdio' | 'http';
  target: ConnectionDetail['target'] | undefined;
  /** The URL may lead into the internal network. */
  inside: boolean;
  onInside: (inside: boolean) => void;
  error: (path: string) => string | undefined;
};

/** How the server is reached: the command that starts it, or its URL. */
function TargetFields({ kind, target, inside, onInside, error }: TargetFieldsProps) {
  return kind === 'stdio' ? (
    <Field
      label="Command"
      hint="One argument per line. Runs on the worker’s machine with its permissions. Pin a version."
      error={error('target')}
    >
      {(control) => (
        <Textarea
          {...control}
          name="command"
          rows={4}
          className="font-mono text-xs"
          placeholder={'npx\n-y\n@elastic/mcp-server-elasticsearch@0.3.1'}
          defaultValue={target?.kind === 'stdio' ? [target.command, ...target.args].join('\n') : ''}
          required
        />
      )}
    </Field>
  ) : (
    <>
      <Field label="URL" error={error('target.caCertificate') ? undefined : error('target')}>
        {(control) => (
          <Input
            {...control}
            name="url"
            type="url"
            placeholder="https://siem.example.com/mcp"
            defaultValue={target?.kind === 'http' ? target.url : ''}
            required
          />
        )}
      </Field>
      <Checkbox label="On our internal network" showLabel checked={inside} onChange={onInside} />
      <CaField
        value={target?.kind === 'http' ? target.caCertificate : undefined}
        error={error('target.caCertificate')}
      />
    </>
  );
}

function draftsOf(connection: ConnectionDetail | undefined): SecretDraft[] {
  return (connection?.secrets ?? []).map(({ name, fromEnv, prefix, value }, key) => ({
    key,
    name,
    from: fromEnv === null ? 'value' : 'env',
    value: fromEnv ?? value ?? '',
    stored: fromEnv === null && value === null,
    prefix,
    plain: value !== null,
  }));
}
