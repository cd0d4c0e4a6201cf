'use client';
import { useRouter } from 'next/navigation';
import { type ComponentProps, type FormEvent, useState } from 'react';
import { api } from '@/components/shell/api';
import { useRequest } from '@/components/shell/use-request';
import { Button } from '@/components/ui/button';
import { Checkbox } from '@/components/ui/checkbox';
import { Field, Input, Textarea } from '@/components/ui/field';
import { Problem } from '@/components/ui/problem';
import { Select } from '@/components/ui/select';
import { toast } from '@/components/ui/toaster';
import { ROLES, type Role } from '@/lib/auth/permissions';
import type { UserView } from '@/lib/auth/users';
import type { SsoView } from '@/lib/sso/schema';
import { Secret } from './new-secret';
import { Section } from './section';
import { SsoPasswords } from './sso-passwords';

const FIELDS = /^(?:name|issuer|clientId|clientSecret|scopes|groupsClaim|groups|passwordsOnlyFor)/;
const NOBODY = 'none';
const ROLE_OPTIONS = [
  { value: NOBODY, label: 'may not sign in' },
  ...ROLES.map((role) => ({ value: role, label: role })),
] as const;

/** The provider of single sign-on, who may come in by it, and whose passwords still work. */
export function SsoForm({ sso, admins }: { sso: SsoView; admins: UserView[] }) {
  const router = useRouter();
  const [form, setForm] = useState(() => initial(sso));
  const { busy, problem, at, send, form: ref } = useRequest(FIELDS);
  const set = (patch: Partial<Form>) => setForm((now) => ({ ...now, ...patch }));
  const text = (name: TextField) => ({
    value: form[name],
    onChange: ({ target }: { target: { value: string } }) => set({ [name]: target.value }),
    autoComplete: 'off',
    spellCheck: false,
  });
  const save = async (event: FormEvent) => {
    event.preventDefault();
    const { clientSecret, defaultRole, groups, ...rest } = form;
    const body = {
      ...rest,
      groups: groupsOf(groups),
      defaultRole: defaultRole === NOBODY ? null : defaultRole,
      ...(clientSecret === '' ? {} : { clientSecret }),
    };
    if (!(await send('send', () => api.put('/api/settings/sso', { body })))) return;
    set({ clientSecret: '' });
    toast({ kind: 'good', title: 'Single sign-on saved' });
    router.refresh();
  };
  return (
    <form ref={ref} onSubmit={save} className="flex max-w-2xl flex-col">
      <Section
        title="Single sign-on"
        lead="People sign in at your OpenID Connect provider (Entra ID, Okta, Google, Keycloak and others). docs/single-sign-on.md has the steps for each."
      >
        <div className="flex flex-col gap-3.5">
          <div>
            <p className="mb-1 font-medium text-ink-2 text-xs">Redirect address, to enter at the provider</p>
            <Secret text={sso.redirectUrl} label="Copy the redirect address" testId="sso-redirect" />
          </div>
          <ProviderFields {...{ form, set, at, text }} hasSecret={sso.hasSecret} />
        </div>
      </Section>
      <Section
        title="Roles by group"
        lead="At each sign-in, people get the highest role that any of their groups gives."
      >
        <RoleFields {...{ form, set, at, text }} />
      </Section>
      <SsoPasswords
        admins={admins}
        onlyFor={form.passwordsOnlyFor}
        error={at('passwordsOnlyFor')}
        onChange={(passwordsOnlyFor) => set({ passwordsOnlyFor })}
      />
      <div className="flex flex-col items-start gap-3">
        <Checkbox
          label="Offer single sign-on"
          showLabel
          checked={form.enabled}
          onChange={(enabled) => set({ enabled })}
        />
        <Problem>{problem}</Problem>
        <Button type="submit" variant="primary" busy={busy !== null}>
          Save single sign-on
        </Button>
      </div>
    </form>
  );
}

type Form = ReturnType<typeof initial>;
type TextField = 'name' | 'issuer' | 'clientId' | 'clientSecret' | 'scopes' | 'groupsClaim';
type FieldsProps = {
  form: Form;
  set: (patch: Partial<Form>) => void;
  at: (field: string) => string | undefined;
  /** What makes an input of a field of text. */
  text: (name: TextField) => Pick<ComponentProps<typeof Input>, 'value' | 'onChange' | 'autoComplete' | 'spellCheck'>;
};

/** Who the provider is, and how Socdown is known to it. */
function ProviderFields({ form, set, at, text, hasSecret }: FieldsProps & { hasSecret: boolean }) {
  return (
    <>
      <Field label="Name" hint="Shown on the sign-in button." error={at('name')}>
        {(control) => <Input {...control} {...text('name')} maxLength={60} required />}
      </Field>
      <Field label="Issuer" error={at('issuer')}>
        {(control) => (
          <Input {...control} {...text('issuer')} type="url" placeholder="https://login.example.com" required />
        )}
      </Field>
      <Checkbox
        label="The issuer is inside our network"
        showLabel
        checked={form.allowInternal}
        onChange={(allowInternal) => set({ allowInternal })}
      />
      <Field label="Client ID" error={at('clientId')}>
        {(control) => <Input {...control} {...text('clientId')} required />}
      </Field>
      <Field
        label="Client secret"
        hint={hasSecret ? 'A secret is stored. Leave this empty to keep it.' : 'Leave it empty for a public client.'}
        error={at('clientSecret')}
      >
        {(control) => <Input {...control} {...text('clientSecret')} type="password" autoComplete="new-password" />}
      </Field>
      <Field label="Scopes" error={at('scopes')}>
        {(control) => <Input {...control} {...text('scopes')} />}
      </Field>
      <Checkbox
        label="Trust addresses without email_verified (Entra ID)"
        showLabel
        checked={form.trustEmail}
        onChange={(trustEmail) => set({ trustEmail })}
      />
    </>
  );
}

/** Which group gives which role. */
function RoleFields({ form, set, at, text }: FieldsProps) {
  return (
    <div className="flex flex-col gap-3.5">
      <Field label="Claim with the groups" error={at('groupsClaim')}>
        {(control) => <Input {...control} {...text('groupsClaim')} />}
      </Field>
      <Field
        label="Groups"
        hint="One per line: group = role. Leave empty to set roles under People."
        error={at('groups')}
      >
        {(control) => (
          <Textarea
            {...control}
            value={form.groups}
            onChange={({ target }) => set({ groups: target.value })}
            rows={4}
            spellCheck={false}
            placeholder={'soc-analysts = analyst\nsoc-leads = lead'}
            className="font-mono text-xs"
          />
        )}
      </Field>
      <div className="flex flex-wrap items-center gap-2 text-sm">
        <span>People in none of these groups:</span>
        <Select
          label="Role of people in no group"
          options={ROLE_OPTIONS}
          value={form.defaultRole}
          onChange={(defaultRole) => set({ defaultRole })}
        />
      </div>
    </div>
  );
}

function initial({ settings }: SsoView) {
  return {
    enabled: settings?.enabled ?? true,
    name: settings?.name ?? '',
    issuer: settings?.issuer ?? '',
    clientId: settings?.clientId ?? '',
    clientSecret: '',
    allowInternal: settings?.allowInternal ?? false,
    scopes: settings?.scopes ?? 'openid profile email',
    trustEmail: settings?.trustEmail ?? false,
    groupsClaim: settings?.groupsClaim ?? 'groups',
    groups: (settings?.groups ?? []).map(({ group, role }) => `${group} = ${role}`).join('\n'),
    defaultRole: (settings?.defaultRole ?? NOBODY) as Role | typeof NOBODY,
    passwordsOnlyFor: settings?.passwordsOnlyFor ?? null,
  };
}

/** A group's name may have a = itself, so the last one counts. The server refuses what is no role. */
function groupsOf(text: string): { group: string; role: Role }[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line) => {
    const at = line.lastIndexOf('=');
    return { group: line.slice(0, Math.max(at, 0)).trim(), role: line.slice(at + 1).trim() as Role };
  });
}
