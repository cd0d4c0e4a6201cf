'use client';
import { Plus, X } from 'lucide-react';
import { useId } from 'react';
import { Button, IconButton } from '@/components/ui/button';
import { Input } from '@/components/ui/field';
import { Select } from '@/components/ui/select';

export type SecretDraft = {
  key: number;
  name: string;
  from: 'value' | 'env';
  value: string;
  /** There is a value already; left empty, it stays. */
  stored: boolean;
  /** Put before the variable's value. */
  prefix?: string | null;
  /** No secret: shown and kept readable. */
  plain?: boolean;
};

const FROM = [
  { value: 'value', label: 'a value' },
  { value: 'env', label: 'our variable' },
] as const;

/** Environment variables of a program, or headers of a request. */
export function SecretFields({
  kind,
  secrets,
  onChange,
  error,
}: {
  kind: 'stdio' | 'http';
  secrets: SecretDraft[];
  onChange: (secrets: SecretDraft[]) => void;
  error: string | undefined;
}) {
  const errorId = useId();
  const what = kind === 'stdio' ? 'Environment variable' : 'Header';
  const change = (key: number, patch: Partial<SecretDraft>) =>
    onChange(secrets.map((secret) => (secret.key === key ? { ...secret, ...patch } : secret)));
  const add = () => {
    const key = Math.max(-1, ...secrets.map((secret) => secret.key)) + 1;
    onChange([...secrets, { key, name: '', from: 'value', value: '', stored: false }]);
  };
  return (
    <fieldset
      className="flex flex-col gap-2"
      // A group can't be invalid; it can be focused and say what is wrong with it.
      {...(error ? { 'aria-describedby': errorId, tabIndex: -1, 'aria-invalid': true } : {})}
    >
      <legend className="mb-1 font-medium text-ink-2 text-xs">
        {kind === 'stdio' ? 'Environment of the program' : 'Headers'}
      </legend>
      {secrets.map((secret, index) => (
        <SecretRow
          key={secret.key}
          kind={kind}
          secret={secret}
          label={`${what} ${index + 1}`}
          onChange={(patch) => change(secret.key, patch)}
          onRemove={() => onChange(secrets.filter(({ key }) => key !== secret.key))}
        />
      ))}
      <div>
        <Button size="sm" onClick={add}>
          <Plus aria-hidden className="size-3" /> Add {kind === 'stdio' ? 'a variable' : 'a header'}
        </Button>
      </div>
      {error && (
        <p id={errorId} className="text-bad text-xs">
          {error}
        </p>
      )}
      <p className="text-ink-3 text-xs">Values are stored encrypted and never shown again.</p>
    </fieldset>
  );
}

type SecretRowProps = {
  kind: 'stdio' | 'http';
  secret: SecretDraft;
  /** What it is, with its number: nothing else tells rows without a name apart. */
  label: string;
  onChange: (patch: Partial<SecretDraft>) => void;
  onRemove: () => void;
};

function SecretRow({ kind, secret: { name, from, value, stored, plain }, label, onChange, onRemove }: SecretRowProps) {
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      <Input
        aria-label={`${label}, name`}
        className="min-w-0 flex-1 basis-36 font-mono text-xs"
        placeholder={kind === 'stdio' ? 'API_KEY' : 'Authorization'}
        autoComplete="off"
        value={name}
        onChange={(event) => onChange({ name: event.target.value })}
      />
      <Select
        label={`${label}, source`}
        options={FROM}
        value={from}
        onChange={(next) => onChange({ from: next, value: '', stored: false, prefix: null, plain: false })}
        className="w-32"
      />
      <Input
        aria-label={`${label}, ${from === 'env' ? 'variable of Socdown' : 'value'}`}
        className="min-w-0 flex-1 basis-36 font-mono text-xs"
        type={from === 'env' || plain ? 'text' : 'password'}
        placeholder={from === 'env' ? 'SIEM_TOKEN' : stored ? 'stored, unchanged' : 'value'}
        autoComplete="new-password"
        value={value}
        onChange={(event) => onChange({ value: event.target.value })}
      />
      <IconButton label={`Remove ${name || label.toLowerCase()}`} onClick={onRemove}>
        <X aria-hidden className="size-4" />
      </IconButton>
    </div>
  );
}
