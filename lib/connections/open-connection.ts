import { AppError } from '../errors/app-error';
import { rememberSecret } from '../secrets/known-secrets';
import { openSecrets } from '../secrets/load-secrets';
import { maskKnownSecrets } from '../secrets/mask-secrets';
import { connectHttp } from './connect-http';
import { connectProgram } from './connect-stdio';
import type { Connection } from './connection';
import { tokenProvider } from './oauth/access-token';
import { noticeMissingScopes } from './oauth/missing-scopes';
import { OAUTH_SECRET } from './oauth/schema';
import { StoredConfig } from './schema';

export type ConnectionRow = { id: string; name: string; config: unknown; secrets: string | null };

/**
 * Connects to the server of a row, of either kind.
 * @throws AppError unavailable; sign_in_required; bad_request for an address that is refused.
 */
export async function openConnection(row: ConnectionRow): Promise<Connection> {
  const { target, secrets, oauth } = StoredConfig.parse(row.config);
  const stored = openSecrets(row.id, row.secrets);
  const values: Record<string, string> = {};
  for (const { name, fromEnv, prefix = '', value: plain } of secrets) {
    if (plain !== undefined) {
      values[name] = plain;
      continue;
    }
    const value = fromEnv ? process.env[fromEnv] : stored[name];
    if (!value) throw new AppError('unavailable', missing(row.name, name, fromEnv));
    rememberSecret(value);
    values[name] = prefix + value;
  }
  if (target.kind === 'stdio') return connectProgram(row.name, { ...target, env: values }, maskKnownSecrets);
  if (!oauth) return connectHttp(row.name, { ...target, headers: values }, maskKnownSecrets);
  const tokens = tokenProvider({
    connectionId: row.id,
    name: row.name,
    url: target.url,
    allowInternal: target.allowInternal,
    caCertificate: target.caCertificate,
    clientSecret: stored[OAUTH_SECRET],
  });
  return connectHttp(
    row.name,
    { ...target, headers: values, oauth: tokens, watch: (fetchFn) => noticeMissingScopes(row.id, fetchFn) },
    maskKnownSecrets,
  );
}

function missing(server: string, name: string, fromEnv: string | null): string {
  return fromEnv
    ? `The ${server} server needs ${name}, taken from ${fromEnv}, which is not set where this worker runs.`
    : `The ${server} server needs ${name}, which has no value. Enter it in Settings.`;
}
