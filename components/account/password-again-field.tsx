import { Field, Input } from '@/components/ui/field';

type PasswordAgainFieldProps = {
  email: string;
  error: string | undefined /** The first field of its form. */;
  isFirst?: boolean;
};

/** Asks for the password again, as `password`. */
export function PasswordAgainField({ email, error, isFirst = false }: PasswordAgainFieldProps) {
  return (
    <>
      {/* Password managers look for the account here. */}
      <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
      <Field label="Your password" error={error} className="w-full">
        {(control) => (
          <Input
            {...control}
            name="password"
            type="password"
            autoComplete="current-password"
            maxLength={256}
            required
            autoFocus={isFirst}
          />
        )}
      </Field>
    </>
  );
}
