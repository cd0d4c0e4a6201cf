import { Field, Input } from '@/components/ui/field';

/** The name of a new connection. */
export function NameField({ error, value }: { error: string | undefined; value?: string }) {
  return (
    <Field label="Name" hint="Lowercase letters, digits and hyphens. Can’t be changed later." error={error}>
      {(control) => (
        <Input
          {...control}
          name="name"
          maxLength={24}
          autoComplete="off"
          placeholder="elasticsearch"
          defaultValue={value}
          required
        />
      )}
    </Field>
  );
}
