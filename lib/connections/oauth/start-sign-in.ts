import { createHash, randomBytes } from 'node:crypto';
import { computeScopeUnion, startAuthorization } from '@modelcontextprotocol/client';
import { z } from 'zod';
import { type Actor, authorize, personId } from '../../auth/guard';
import { db } from '../../db/client';
import { isUuid } from '../../db/is-uuid';
import { AppError, notFound } from '../../errors/app-error';
import { openSecrets, signInOwner } from '../../secrets/load-secrets';
import { seal } from '../../secrets/secret-box';
import { findSystem } from '../catalogue/catalogue';
import { checkUrl } from '../outbound-address';
import { StoredConfig } from '../schema';
import { chooseClient, clientInformation } from './choose-client';
import { type Discovered, discover } from './discover';
import { oauthFetch } from './oauth-fetch';
import { OAUTH_SECRET, ServerMetadata, StoredClient } from './schema';
import { readSignIn, type SignIn } from './sign-in-row';

const LASTS_MS = 10 * 60_000;

export const StartedSignIn = z.object({ authorizationUrl: z.string() });

/** What the callback needs of a sign-in that was begun; encrypted until then. */
export const PendingSignIn = z.object({
  url: z.string(),
  allowInternal: z.boolean(),
  caCertificate: z.string().optional(),
  server: ServerMetadata,
  client: StoredClient.extend({ secret: z.string().optional() }),
  verifier: z.string(),
  scope: z.string().optional(),
});
export type PendingSignIn = z.infer<typeof PendingSignIn>;

export const stateHash = (state: string): string => createHash('sha256').update(state).digest('hex');

/** What a sign-in is bound to besides the person: the session, or API key, that began it. */
export const credentialOf = ({ sessionId, keyId, via }: Actor): string => sessionId ?? keyId ?? via;

/**
 * Begins a sign-in: finds the authorization server, registers with it where that is needed, and gives the address that the
 * person's browser goes to. The answer comes to `redirectUrl` within ten minutes, once.
 * @throws AppError sign_in_not_used; sign_in_failed; oauth_client_required; address_refused; not_found
 */
export async function startSignIn(
  actor: Actor,
  id: string,
  redirectUrl: string,
): Promise<z.infer<typeof StartedSignIn>> {
  authorize(actor, 'connections.manage');
  const userId = personId(actor);
  const row = isUuid(id) ? await db().connection.findUnique({ where: { id }, include: { signIn: true } }) : null;
  if (!row) throw notFound('connection');
  const { target, oauth } = StoredConfig.parse(row.config);
  if (target.kind !== 'http' || !oauth)
    throw new AppError('sign_in_not_used', `${row.name} doesn’t sign in by OAuth. Change the connection first.`);
  const url = checkUrl(target.url, target.allowInternal);
  const fetchFn = oauthFetch(target.allowInternal, target.caCertificate);
  const way = findSystem(row.system)?.ways.find((one) => one.kind === 'http' && one.oauth?.pkceUnlisted);
  const found = await discover(url, target.allowInternal, fetchFn, way !== undefined);
  const before = await readSignIn(db(), id);
  if (oauth.clientId) refuseOtherIssuer(row.name, before, found);
  const scope = scopesFor(found, oauth.scopes, row.signIn);
  const client = await chooseClient(
    found,
    {
      configured: oauth,
      secret: openSecrets(id, row.secrets)[OAUTH_SECRET],
      before: before?.server.issuer === found.server.issuer ? before.client : null,
      redirectUrl,
      scope,
    },
    fetchFn,
  );
  const state = randomBytes(32).toString('base64url');
  const { authorizationUrl, codeVerifier } = await startAuthorization(found.server.issuer, {
    metadata: found.server,
    clientInformation: clientInformation(client),
    redirectUrl,
    state,
    ...(scope ? { scope } : {}),
    ...(found.server.resource ? { resource: found.server.resource } : {}),
  });
  const pending: PendingSignIn = {
    url: target.url,
    allowInternal: target.allowInternal,
    caCertificate: target.caCertificate,
    server: found.server,
    client,
    verifier: codeVerifier,
    scope,
  };
  await keepPending({ connectionId: id, userId, credential: credentialOf(actor) }, state, pending);
  return { authorizationUrl: authorizationUrl.href };
}

/** Keeps what the callback needs until it comes. One sign-in at a time: a person who begins again means the new one. */
async function keepPending(
  { connectionId, userId, credential }: { connectionId: string; userId: string; credential: string },
  state: string,
  pending: PendingSignIn,
): Promise<void> {
  await db().$transaction([
    db().connectionSignInRequest.deleteMany({
      where: { OR: [{ expiresAt: { lt: new Date() } }, { connectionId, userId }] },
    }),
    db().connectionSignInRequest.create({
      data: {
        stateHash: stateHash(state),
        connectionId,
        userId,
        credential,
        secrets: seal(JSON.stringify(pending), signInOwner(connectionId)),
        expiresAt: new Date(Date.now() + LASTS_MS),
      },
    }),
  ]);
}

/** A secret that was entered for one authorization server never goes to another, even if the MCP server names one. */
function refuseOtherIssuer(name: string, before: SignIn | null, { server }: Discovered): void {
  if (!before || before.server.issuer === server.issuer) return;
  throw new AppError(
    'issuer_mismatch',
    `${name} names another authorization server than before: ${new URL(server.issuer).origin} instead of ${new URL(before.server.issuer).origin}. If that is right, enter the client ID and secret again.`,
  );
}

/** What an admin set, else what the server asks for; and what it asked for since, with what was granted before. */
function scopesFor(
  found: Discovered,
  configured: string | null,
  before: { scopes: string[]; missingScopes: string[] } | null,
): string | undefined {
  const asked = configured ?? found.scopes;
  const scope = before?.missingScopes.length
    ? computeScopeUnion(asked, before.scopes.join(' '), before.missingScopes.join(' '))
    : asked;
  // So that the sign-in lasts.
  return scope && found.offersOfflineAccess ? computeScopeUnion(scope, 'offline_access') : scope;
}
