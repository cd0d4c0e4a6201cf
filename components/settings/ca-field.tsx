import { Field, Textarea } from '@/components/ui/field';

/** The certificate that a server's own is from, where no public authority issued it. */
export function CaField({ value, error }: { value?: string | undefined; error: string | undefined }) {
  return (
    <Field
      label="CA certificate (optional)"
      hint="PEM. Only for a server whose certificate is self-signed or from your own authority."
      error={error}
    >
      {(control) => (
        <Textarea
          {...control}
          name="caCertificate"
          rows={2}
          spellCheck={false}
          className="font-mono text-xs"
          placeholder="-----BEGIN CERTIFICATE-----"
          defaultValue={value ?? ''}
        />
      )}
    </Field>
  );
}
