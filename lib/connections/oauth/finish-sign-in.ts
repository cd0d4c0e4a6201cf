import {
  exchangeAuthorization,
  type OAuthTokens,
  validateAuthorizationResponseIssuer,
} from '@modelcontextprotocol/client';
import { z } from 'zod';
import { type Actor, authorize, personId } from '../../auth/guard';
import { audit } from '../../db/audit';
import { db } from '../../db/client';
import { AppError, notFound } from '../../errors/app-error';
import { rememberSecret } from '../../secrets/known-secrets';
import { signInOwner } from '../../secrets/load-secrets';
import { unseal } from '../../secrets/secret-box';
import { recordFailure } from '../health';
import { StoredConfig } from '../schema';
import { accountOf } from './account-name';
import { clientInformation } from './choose-client';
import { asScopes } from './discover';
import { knownCode, oauthFailure } from './oauth-failure';
import { oauthFetch } from './oauth-fetch';
import { clientColumn, tokenColumns } from './sign-in-row';
import { credentialOf, PendingSignIn, stateHash } from './start-sign-in';

const text = z.string().max(10_000);
/** The parameters of the callback. An authorization server may add others. */
export const CallbackQuery = z.object({
  state: text,
  code: text.optional(),
  iss: text.optional(),
  error: text.optional(),
});
export type CallbackQuery = z.infer<typeof CallbackQuery>;

/**
 * Ends a sign-in with what the authorization server sent back: stores the tokens. The state is used up in any case.
 * @throws AppError sign_in_expired for a state that isn't this session's; issuer_mismatch; sign_in_refused; sign_in_failed.
 *   Once it is known which connection it is about, `data.connectionId` says so, and its health says why.
 */
export async function finishSignIn(actor: Actor, query: CallbackQuery): Promise<{ connectionId: string }> {
  authorize(actor, 'connections.manage');
  const { connectionId, pending } = await takeRequest(actor, query.state);
  try {
    await redeem(actor, connectionId, pending, query);
    return { connectionId };
  } catch (error) {
    const failure = oauthFailure(pending.server.issuer, error);
    await recordFailure(connectionId, failure.userMessage);
    throw new AppError(failure.reason, failure.userMessage, { data: { ...failure.data, connectionId } });
  }
}

/** Taking the row away decides between two callbacks at the same moment. */
async function takeRequest(actor: Actor, state: string): Promise<{ connectionId: string; pending: PendingSignIn }> {
  const rows = await db().$queryRaw<
    { connection_id: string; user_id: string; credential: string; secrets: string; in_time: boolean }[]
  >`DELETE FROM connection_sign_in_requests WHERE state_hash = ${stateHash(state)}
    RETURNING connection_id, user_id, credential, secrets, expires_at > now() AS in_time`;
  const [row] = rows;
  if (!row?.in_time || row.user_id !== personId(actor) || row.credential !== credentialOf(actor))
    throw new AppError(
      'sign_in_expired',
      'This sign-in was already used, took longer than ten minutes, or was started in another session. Sign in again from the connection’s page.',
    );
  const connectionId = row.connection_id;
  return { connectionId, pending: PendingSignIn.parse(JSON.parse(unseal(row.secrets, signInOwner(connectionId)))) };
}

async function redeem(actor: Actor, id: string, pending: PendingSignIn, query: CallbackQuery): Promise<void> {
  const { server, client, verifier, allowInternal, caCertificate, scope } = pending;
  checkIssuer(pending, query.iss);
  if (query.error !== undefined) throw refusal(server.issuer, query.error);
  if (!query.code) throw new AppError('sign_in_failed', `${new URL(server.issuer).origin} sent no code back.`);
  rememberSecret(query.code);
  const tokens = await exchangeAuthorization(server.issuer, {
    metadata: server,
    clientInformation: clientInformation(client),
    authorizationCode: query.code,
    codeVerifier: verifier,
    redirectUri: client.redirectUrl,
    ...(query.iss === undefined ? {} : { iss: query.iss }),
    ...(server.resource ? { resource: server.resource } : {}),
    fetchFn: oauthFetch(allowInternal, caCertificate),
  });
  await keep(actor, id, pending, tokens, scope);
}

/** Before anything else of the answer is believed, its error included. */
function checkIssuer({ server }: PendingSignIn, iss: string | undefined): void {
  try {
    validateAuthorizationResponseIssuer({
      iss,
      expectedIssuer: server.issuer,
      issParameterSupported: server.authorization_response_iss_parameter_supported === true,
    });
  } catch {
    throw new AppError(
      'issuer_mismatch',
      `The answer isn’t from ${new URL(server.issuer).origin}, where the sign-in was started. Nothing was stored.`,
    );
  }
}

function refusal(issuer: string, code: string): AppError {
  const origin = new URL(issuer).origin;
  if (code === 'access_denied')
    return new AppError('sign_in_refused', `The sign-in was cancelled, or ${origin} didn’t allow it.`);
  const known = knownCode(code);
  return new AppError('sign_in_refused', `${origin} refused the sign-in${known ? ` (${known})` : ''}.`);
}

async function keep(actor: Actor, id: string, { url, server, client }: PendingSignIn, tokens: OAuthTokens, scope = '') {
  if (tokens.token_type.toLowerCase() !== 'bearer')
    throw new AppError(
      'sign_in_failed',
      `${new URL(server.issuer).origin} gives tokens of a type that isn’t supported.`,
    );
  // Without `scope` in the answer it is what was asked for.
  const scopes = (asScopes(tokens.scope) ?? scope).split(/ +/).filter(Boolean);
  const columns = {
    resource: url,
    issuer: server.issuer,
    server,
    client: clientColumn(client),
    ...tokenColumns(id, client, tokens),
    state: 'signed_in',
    scopes,
    missingScopes: [],
    account: accountOf(tokens.id_token),
    signedInById: personId(actor),
    signedInAt: new Date(),
  };
  await db().$transaction(async (tx) => {
    const row = await tx.connection.findUnique({ where: { id } });
    if (!row) throw notFound('connection');
    const { target, oauth } = StoredConfig.parse(row.config);
    if (!oauth || target.kind !== 'http' || target.url !== url)
      throw new AppError('sign_in_expired', 'The connection was changed during the sign-in. Sign in again.');
    await tx.connectionSignIn.upsert({
      where: { connectionId: id },
      create: { connectionId: id, ...columns },
      update: columns,
    });
    // Open servers are those of the earlier sign-in.
    await tx.connection.update({ where: { id }, data: { updatedAt: new Date() } });
    await audit(tx, {
      actorId: actor.id,
      verb: 'connections.sign_in',
      subjectKind: 'connection',
      subjectId: id,
      data: { issuer: server.issuer, client: client.kind, scopes },
    });
  });
}
