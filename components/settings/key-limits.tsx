'use client';
import { SOURCES, sourceLabel } from '@/components/labels/alert-labels';
import { Checkbox } from '@/components/ui/checkbox';
import { Field, Input } from '@/components/ui/field';
import { Select } from '@/components/ui/select';
import type { KeyScope } from '@/lib/auth/permissions';

export const SCOPE: Record<KeyScope, { label: string; hint: string }> = {
  intake: { label: 'Send alerts', hint: 'For a sender of alerts. It can’t read anything.' },
  audit: { label: 'Read the audit log', hint: 'For a SIEM. Its owner must be an admin.' },
  read: { label: 'Read', hint: 'For dashboards and exports. It changes nothing.' },
  full: { label: 'Everything the owner can do', hint: 'For scripts that act as the owner.' },
};
const SCOPES = (['intake', 'audit', 'read', 'full'] as const).map((value) => ({ value, label: SCOPE[value].label }));

const LIFETIMES = [
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: '1 year' },
  { value: 'never', label: 'No expiry' },
] as const;
type Lifetime = (typeof LIFETIMES)[number]['value'];
const ANY = 'any';

export type Limits = {
  scope: KeyScope;
  lifetime: Lifetime;
  source: (typeof SOURCES)[number] | typeof ANY;
  signed: boolean;
  secret: string;
};
export const NO_LIMITS: Limits = { scope: 'full', lifetime: 'never', source: ANY, signed: false, secret: '' };

/** As the API takes them. */
export function limitsBody({ scope, lifetime, source, signed, secret }: Limits) {
  const days = Number(lifetime);
  const isIntake = scope === 'intake';
  return {
    scope,
    ...(days > 0 ? { expiresAt: new Date(Date.now() + days * 86_400_000).toISOString() } : {}),
    ...(isIntake && source !== ANY ? { source } : {}),
    ...(isIntake && signed ? { signing: secret.trim() || 'new' } : {}),
  };
}

type KeyLimitsProps = {
  value: Limits;
  onChange: (value: Limits) => void;
  at: (path: string) => string | undefined;
};

/** What a key may do and for how long; of an intake key also for which source, and whether its sender signs. */
export function KeyLimits({ value, onChange, at }: KeyLimitsProps) {
  const set = (patch: Partial<Limits>) => onChange({ ...value, ...patch });
  return (
    <>
      <Field label="Permissions" hint={SCOPE[value.scope].hint} error={at('scope')}>
        {({ id }) => (
          <Select
            id={id}
            label="Permissions"
            options={SCOPES}
            value={value.scope}
            onChange={(scope) => set({ scope })}
          />
        )}
      </Field>
      <Field label="Expires" error={at('expiresAt')}>
        {({ id }) => (
          <Select
            id={id}
            label="Expires"
            options={LIFETIMES}
            value={value.lifetime}
            onChange={(lifetime) => set({ lifetime })}
          />
        )}
      </Field>
      {value.scope === 'intake' && <IntakeLimits value={value} set={set} at={at} />}
    </>
  );
}

type IntakeLimitsProps = Pick<KeyLimitsProps, 'value' | 'at'> & { set: (patch: Partial<Limits>) => void };

function IntakeLimits({ value, set, at }: IntakeLimitsProps) {
  return (
    <>
      <Field label="Source" hint="The key is rejected for any other source." error={at('source')}>
        {({ id }) => (
          <Select
            id={id}
            label="Source"
            options={[
              { value: ANY, label: 'Any source' },
              ...SOURCES.map((source) => ({ value: source, label: sourceLabel(source) })),
            ]}
            value={value.source}
            onChange={(source) => set({ source })}
          />
        )}
      </Field>
      <Checkbox
        label="The sender signs its messages"
        showLabel
        checked={value.signed}
        onChange={(signed) => set({ signed })}
      />
      {value.signed && (
        <Field
          label="Signing secret"
          hint="Standard Webhooks or GitHub. Leave it empty to generate one; paste it if the sender made it."
          error={at('signing')}
        >
          {(control) => (
            <Input
              {...control}
              value={value.secret}
              onChange={({ target }) => set({ secret: target.value })}
              type="password"
              autoComplete="off"
              maxLength={200}
              className="font-mono"
            />
          )}
        </Field>
      )}
    </>
  );
}
