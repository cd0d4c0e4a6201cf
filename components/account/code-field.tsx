import { Field, Input } from '@/components/ui/field';

/** A code of an authenticator app. Browsers and password managers fill it in. */
export function CodeField({ label, error }: { label: string; error: string | undefined }) {
  return (
    <Field label={label} error={error} className="w-full">
      {(control) => (
        <Input
          {...control}
          name="code"
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={20}
          required
          autoFocus
          className="font-mono tracking-widest"
        />
      )}
    </Field>
  );
}
