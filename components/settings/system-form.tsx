'use client';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { api } from '@/components/shell/api';
import { useRequest } from '@/components/shell/use-request';
import { Checkbox } from '@/components/ui/checkbox';
import { Field, Input, Textarea } from '@/components/ui/field';
import { Problem } from '@/components/ui/problem';
import { Select } from '@/components/ui/select';
import { type Entered, fillWay } from '@/lib/connections/catalogue/fill-way';
import type { SystemInput, SystemView, SystemWay } from '@/lib/connections/catalogue/schema';
import { CaField } from './ca-field';
import { FormButtons } from './connection-form';
import { NameField } from './name-field';
import { OAuthFields, oauthOf } from './oauth-fields';

const FROM = [
  { value: 'value', label: 'a value' },
  { value: 'env', label: 'our variable' },
] as const;

type SystemFormProps = { system: SystemView; redirectUrl: string; onDone: () => void };

/** What one system needs, beside what to create on its side. */
export function SystemForm({ system, redirectUrl, onDone }: SystemFormProps) {
  const router = useRouter();
  const [wayId, setWayId] = useState(system.ways[0]?.id ?? '');
  const [inside, setInside] = useState(false);
  const [fromEnv, setFromEnv] = useState<Record<string, boolean>>({});
  const { busy, problem, at, send, form } = useRequest(/^(name|target|secrets|oauth)\b/);
  const way = system.ways.find(({ id }) => id === wayId);
  if (!way) return null;
  const oauth = way.kind === 'http' ? way.oauth : undefined;

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    await send('send', async () => {
      const made = await api.post('/api/connections', {
        body: {
          name: String(data.get('name') ?? '').trim(),
          system: system.id,
          ...fillWay(way, enteredFor(way, data, fromEnv), inside, String(data.get('caCertificate') ?? '')),
          ...(oauth ? { oauth: oauthOf(data) } : {}),
        },
      });
      // One that signs in is tested after that.
      router.push(`/settings/connections/${made.id}${oauth ? '' : '?test=now'}`);
      onDone();
    });
  };

  return (
    <div className="grid gap-4 md:grid-cols-2">
      <form ref={form} onSubmit={submit} className="flex min-w-0 flex-col gap-3">
        <NameField error={at('name')} value={nameOf(system)} />
        {system.ways.length > 1 && (
          <Select
            label="Transport"
            showLabel
            options={system.ways.map(({ id, label }) => ({ value: id, label }))}
            value={wayId}
            onChange={setWayId}
            className="w-full"
          />
        )}
        {way.inputs.map((input) => (
          <InputField
            key={`${wayId} ${input.id}`}
            input={input}
            fromEnv={fromEnv[input.id] === true}
            onFromEnv={(next) => setFromEnv({ ...fromEnv, [input.id]: next })}
          />
        ))}
        {oauth && (
          <OAuthFields
            key={wayId}
            redirectUrl={redirectUrl}
            required={oauth.client === 'required'}
            scopes={oauth.scopes}
            error={at}
          />
        )}
        {hasOwnHost(way) && (
          <>
            <Checkbox label="On our internal network" showLabel checked={inside} onChange={setInside} />
            <CaField error={at('target.caCertificate')} />
          </>
        )}
        <Problem>
          {[at('target.caCertificate') ? undefined : at('target'), at('secrets'), problem].filter(Boolean).join(' ')}
        </Problem>
        <p className="text-ink-3 text-xs">Secrets are stored encrypted and never shown again.</p>
        <FormButtons busy={busy !== null} label={oauth ? 'Add' : 'Add and test'} />
      </form>
      <SystemHelp system={system} />
    </div>
  );
}

/** What was entered for each input of a way, as a value or as the name of a variable. */
const enteredFor = (way: SystemWay, data: FormData, fromEnv: Record<string, boolean>): Record<string, Entered> =>
  Object.fromEntries(
    way.inputs.map(({ id }) => [id, { value: String(data.get(`input-${id}`) ?? ''), fromEnv: fromEnv[id] === true }]),
  );

/** The product as a connection's name. */
const nameOf = ({ product }: SystemView): string =>
  product
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 24);

/** The host is entered, so it may be inside the network. */
const hasOwnHost = (way: SystemWay): boolean => way.kind === 'http' && /^(?:https:\/\/)?\{/.test(way.url);

function InputField({
  input,
  fromEnv,
  onFromEnv,
}: {
  input: SystemInput;
  fromEnv: boolean;
  onFromEnv: (fromEnv: boolean) => void;
}) {
  const { id, label, hint, placeholder, value, secret, optional } = input;
  return (
    <Field label={optional ? `${label} (optional)` : label} hint={hint}>
      {(control) => {
        const common = {
          ...control,
          name: `input-${id}`,
          required: !optional,
          autoComplete: secret ? 'new-password' : 'off',
        };
        if (!secret) return <Input {...common} placeholder={placeholder} defaultValue={value} />;
        return (
          <span className="flex flex-wrap gap-1.5">
            {fromEnv ? (
              <Input
                {...common}
                key="env"
                placeholder="SIEM_TOKEN"
                pattern="[A-Z][A-Z0-9_]*"
                title="The name of a variable, in capitals"
                className="min-w-0 flex-1 basis-36 font-mono text-xs"
              />
            ) : /PEM/.test(label) ? (
              <Textarea {...common} key="text" rows={3} className="min-w-0 flex-1 basis-36 font-mono text-xs" />
            ) : (
              <Input {...common} key="value" type="password" className="min-w-0 flex-1 basis-36" />
            )}
            <Select
              label={`${label}, source`}
              options={FROM}
              value={fromEnv ? 'env' : 'value'}
              onChange={(next) => onFromEnv(next === 'env')}
              className="w-32"
            />
          </span>
        );
      }}
    </Field>
  );
}

/** What to create on the other side, what Socdown can see then, and what to know. */
export function SystemHelp({ system }: { system: SystemView }) {
  return (
    <div className="min-w-0 text-sm">
      <h4 className="mb-1 font-medium">Create this first</h4>
      <ol className="mb-3 list-decimal space-y-1 pl-5 text-ink-2">
        {system.create.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      <h4 className="mb-1 font-medium">What investigations can see</h4>
      <p className="mb-3 text-ink-2">{system.sees}</p>
      <h4 className="mb-1 font-medium">Good to know</h4>
      <ul className="list-disc space-y-1 pl-5 text-ink-2">
        {system.traps.map((trap) => (
          <li key={trap}>{trap}</li>
        ))}
      </ul>
    </div>
  );
}
