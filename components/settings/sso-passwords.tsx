'use client';
import { Checkbox } from '@/components/ui/checkbox';
import { Problem } from '@/components/ui/problem';
import type { UserView } from '@/lib/auth/users';
import { Section } from './section';

type SsoPasswordsProps = {
  admins: UserView[];
  /** null: everyone may use a password. */
  onlyFor: string[] | null;
  error: string | undefined;
  onChange: (onlyFor: string[] | null) => void;
};

/** Switches passwords off for everyone but the break-glass admins. */
export function SsoPasswords({ admins, onlyFor, error, onChange }: SsoPasswordsProps) {
  return (
    <Section
      title="Passwords"
      lead="Keep a password for at least one admin, for when the provider is unavailable (break glass)."
    >
      <div className="flex flex-col gap-1">
        <Checkbox
          label="Only these admins may sign in with a password"
          showLabel
          checked={onlyFor !== null}
          onChange={(checked) => onChange(checked ? [] : null)}
        />
        {onlyFor !== null && (
          <div className="ml-6 flex flex-col gap-1">
            {admins.map(({ id, name }) => (
              <Checkbox
                key={id}
                label={name}
                showLabel
                checked={onlyFor.includes(id)}
                onChange={(checked) => onChange(checked ? [...onlyFor, id] : onlyFor.filter((other) => other !== id))}
              />
            ))}
            {admins.length === 0 && <p className="text-ink-2 text-sm">No admin has a password.</p>}
          </div>
        )}
        <Problem>{error}</Problem>
      </div>
    </Section>
  );
}
