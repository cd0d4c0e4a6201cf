'use client';
import { Field, Input } from '@/components/ui/field';

type NewPasswordFieldProps = { error: string | undefined; label?: string; name?: string };

/** Where a person chooses a password. */
export function NewPasswordField({ error, label = 'New password', name = 'new' }: NewPasswordFieldProps) {
  return (
    <Field label={label} hint="At least 12 characters." error={error} className="w-full">
      {(control) => (
        <Input
          {...control}
          name={name}
          type="password"
          autoComplete="new-password"
          minLength={12}
          maxLength={256}
          required
        />
      )}
    </Field>
  );
}
