'use client';
import { CopyButton } from '@/components/ui/copy-button';
import { Field, Input } from '@/components/ui/field';
import type { SignInView } from '@/lib/connections/oauth/schema';

/** The client of a connection that signs in by OAuth. A stored secret is never here: left empty, it stays. */
export function OAuthFields({
  redirectUrl,
  required = false,
  scopes,
  stored,
  error,
}: {
  /** To enter at the authorization server. */
  redirectUrl: string;
  /** The server takes only applications that were registered by hand. */
  required?: boolean;
  /** Filled in already. */
  scopes?: string | undefined;
  stored?: SignInView | null;
  error: (path: string) => string | undefined;
}) {
  const optional = required ? '' : ' (optional)';
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="mb-1 font-medium text-sm">Sign-in (OAuth 2.1)</legend>
      <p className="text-ink-2 text-sm">
        {required
          ? 'Register an application there with this redirect URL, then enter its client ID and secret.'
          : 'Leave the client empty if the server lets Socdown register itself. Otherwise register an application there with this redirect URL.'}
      </p>
      <div>
        <p className="font-medium text-ink-2 text-xs">Redirect URL</p>
        <div className="flex items-center gap-2">
          <code className="min-w-0 flex-1 break-all font-mono text-xs" data-testid="redirect-url">
            {redirectUrl}
          </code>
          <CopyButton text={redirectUrl} label="Copy the redirect URL" />
        </div>
      </div>
      <Field label={`Client ID${optional}`} error={error('oauth.clientId') ?? error('oauth')}>
        {(control) => (
          <Input
            {...control}
            name="clientId"
            autoComplete="off"
            required={required}
            defaultValue={stored?.clientId ?? ''}
          />
        )}
      </Field>
      <Field
        label="Client secret (optional)"
        hint={stored?.hasSecret ? 'Stored. Leave it empty to keep it.' : 'Only if the application has one.'}
        error={error('oauth.clientSecret')}
      >
        {(control) => <Input {...control} name="clientSecret" type="password" autoComplete="new-password" />}
      </Field>
      <Field
        label="Scopes (optional)"
        hint="Separated by spaces. Without them, Socdown requests what the server lists."
        error={error('oauth.scopes')}
      >
        {(control) => (
          <Input {...control} name="scopes" autoComplete="off" defaultValue={stored?.askedScopes ?? scopes ?? ''} />
        )}
      </Field>
    </fieldset>
  );
}

/** What was entered, in the form of the API. */
export function oauthOf(entered: FormData) {
  const text = (name: string) => String(entered.get(name) ?? '').trim();
  const [clientId, clientSecret, scopes] = [text('clientId'), text('clientSecret'), text('scopes')];
  return {
    ...(clientId ? { clientId } : {}),
    ...(clientSecret ? { clientSecret } : {}),
    ...(scopes ? { scopes } : {}),
  };
}
