import { type Actor, authorize } from '../../auth/guard';
import { audit } from '../../db/audit';
import { db } from '../../db/client';
import { isUuid } from '../../db/is-uuid';
import { notFound } from '../../errors/app-error';
import { openSecrets } from '../../secrets/load-secrets';
import { recordFailure } from '../health';
import { getConnection } from '../read-connections';
import { type ConnectionDetail, StoredConfig } from '../schema';
import { oauthFetch } from './oauth-fetch';
import { revokeTokens } from './revoke-tokens';
import { OAUTH_SECRET } from './schema';
import { readSignIn, type SignIn, tokenColumns } from './sign-in-row';

/**
 * Deletes the tokens of a connection, then revokes them where the authorization server supports it. Its registration there stays.
 * Signing out works while that server is unavailable; the connection’s health then says what to do there.
 * @throws AppError not_found
 */
export async function signOut(actor: Actor, id: string): Promise<ConnectionDetail> {
  authorize(actor, 'connections.manage');
  const row = isUuid(id) ? await db().connection.findUnique({ where: { id } }) : null;
  if (!row) throw notFound('connection');
  const before = await db().$transaction(async (tx) => {
    // A renewal that is under way ends first.
    await tx.$queryRaw`SELECT 1 FROM connection_sign_ins WHERE connection_id = ${id}::uuid FOR UPDATE`;
    const signIn = await readSignIn(tx, id);
    if (!signIn || signIn.state === 'signed_out') return null;
    await tx.connectionSignIn.update({
      where: { connectionId: id },
      data: {
        ...tokenColumns(id, signIn.client, null),
        state: 'signed_out',
        scopes: [],
        missingScopes: [],
        account: null,
      },
    });
    await tx.connection.update({ where: { id }, data: { updatedAt: new Date() } });
    await audit(tx, {
      actorId: actor.id,
      verb: 'connections.sign_out',
      subjectKind: 'connection',
      subjectId: id,
      data: { issuer: signIn.server.issuer, revokes: signIn.server.revocation_endpoint !== undefined },
    });
    return signIn;
  });
  if (before) await revoke(row, before);
  return getConnection(actor, id);
}

async function revoke(row: { id: string; config: unknown; secrets: string | null }, signIn: SignIn): Promise<void> {
  const { target } = StoredConfig.parse(row.config);
  const fetchFn = target.kind === 'http' ? oauthFetch(target.allowInternal, target.caCertificate) : oauthFetch(false);
  const revoked = await revokeTokens(signIn, clientSecret(row), fetchFn);
  if (revoked !== false) return;
  const { origin } = new URL(signIn.server.issuer);
  await recordFailure(row.id, `Signed out here, but ${origin} did not revoke the tokens. Revoke them there.`);
}

/** Of another key: without it the server may still take the tokens. */
function clientSecret(row: { id: string; secrets: string | null }): string | undefined {
  try {
    return openSecrets(row.id, row.secrets)[OAUTH_SECRET];
  } catch {
    return undefined;
  }
}
