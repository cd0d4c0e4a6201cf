import { type AuthProvider, OAuthError, OAuthErrorCode, refreshAuthorization } from '@modelcontextprotocol/client';
import { audit } from '../../db/audit';
import { db, type Tx } from '../../db/client';
import { AppError } from '../../errors/app-error';
import { recordFailure } from '../health';
import { clientInformation } from './choose-client';
import { asScopes } from './discover';
import { oauthFailure } from './oauth-failure';
import { oauthFetch } from './oauth-fetch';
import { readSignIn, type SignIn, tokenColumns } from './sign-in-row';

/** A token is renewed this long before it expires, so that it doesn't expire on its way. */
const EARLY_MS = 60_000;

type Server = {
  connectionId: string;
  name: string;
  url: string;
  allowInternal: boolean;
  caCertificate?: string | undefined;
  /** Of a manually registered client: it is stored with the connection. */
  clientSecret: string | undefined;
};

/**
 * The tokens of a connection for its transport: renewed shortly before they expire, and once when the server refuses them.
 * `token` and `onUnauthorized` throw AppError sign_in_required when a person must sign in.
 */
export function tokenProvider(server: Server): AuthProvider {
  let last: string | undefined;
  return {
    async token() {
      last = await accessToken(server);
      return last;
    },
    async onUnauthorized() {
      last = await accessToken(server, last);
    },
  };
}

const renewals = new Map<string, Promise<string>>();

/** `refused`: a token that the server just refused; another one is wanted. */
async function accessToken(server: Server, refused?: string): Promise<string> {
  const current = usable(server, await readSignIn(db(), server.connectionId));
  if (!needsRenewal(current, refused)) return current.tokens.access;
  // One renewal a process, and a row lock between processes.
  const running = renewals.get(server.connectionId);
  if (running) return running;
  const renewal = renew(server, refused).finally(() => renewals.delete(server.connectionId));
  renewals.set(server.connectionId, renewal);
  return renewal;
}

type Usable = SignIn & { tokens: { access: string } };

/** The sign-in if it is one for this server. Tokens of another address are not sent here. */
function usable({ name, url, clientSecret }: Server, signIn: SignIn | null): Usable {
  if (!signIn || signIn.url !== url || signIn.state === 'signed_out') throw signInRequired(name, null);
  if (signIn.state !== 'signed_in' || signIn.tokens.access === undefined) throw signInRequired(name, signIn);
  const { client } = signIn;
  return {
    ...signIn,
    client: client.kind === 'registered' ? { ...client, secret: clientSecret } : client,
    tokens: { ...signIn.tokens, access: signIn.tokens.access },
  };
}

function needsRenewal({ tokens, expiresAt }: Usable, refused: string | undefined): boolean {
  if (tokens.access === refused) return true;
  const left = expiresAt ? expiresAt.getTime() - Date.now() : Number.POSITIVE_INFINITY;
  // A token that can't be renewed is used to its end.
  return left <= (tokens.refresh === undefined ? 0 : EARLY_MS);
}

/**
 * Renews under a lock of the row: the second caller finds the new token. The rotated refresh token is stored before its
 * access token is used.
 */
async function renew(server: Server, refused: string | undefined): Promise<string> {
  const outcome = await db().$transaction(async (tx): Promise<string | AppError> => {
    await tx.$queryRaw`SELECT 1 FROM connection_sign_ins WHERE connection_id = ${server.connectionId}::uuid FOR UPDATE`;
    const current = usable(server, await readSignIn(tx, server.connectionId));
    if (!needsRenewal(current, refused)) return current.tokens.access;
    if (current.tokens.refresh === undefined) return end(tx, server, current);
    try {
      return await refresh(tx, server, current, current.tokens.refresh);
    } catch (error) {
      if (error instanceof OAuthError && error.code === OAuthErrorCode.InvalidGrant) return end(tx, server, current);
      return oauthFailure(current.server.issuer, error);
    }
  });
  if (typeof outcome === 'string') return outcome;
  if (outcome.reason === 'sign_in_required') await recordFailure(server.connectionId, outcome.userMessage);
  throw outcome;
}

async function refresh(
  tx: Tx,
  { connectionId, allowInternal, caCertificate }: Server,
  current: Usable,
  refreshToken: string,
) {
  const { server, client } = current;
  const tokens = await refreshAuthorization(server.issuer, {
    metadata: server,
    clientInformation: clientInformation(client),
    refreshToken,
    ...(server.resource ? { resource: server.resource } : {}),
    fetchFn: oauthFetch(allowInternal, caCertificate),
  });
  const scopes = asScopes(tokens.scope)?.split(/ +/);
  await tx.connectionSignIn.update({
    where: { connectionId },
    data: { ...tokenColumns(connectionId, client, tokens), ...(scopes ? { scopes } : {}) },
  });
  return tokens.access_token;
}

/** The authorization server ended it, or the token can't be renewed: what is left of the tokens is deleted. */
async function end(tx: Tx, { connectionId, name }: Server, signIn: Usable): Promise<AppError> {
  await tx.connectionSignIn.update({
    where: { connectionId },
    data: { ...tokenColumns(connectionId, signIn.client, null), state: 'ended' },
  });
  await audit(tx, {
    actorId: null,
    verb: 'connections.sign_in_ended',
    subjectKind: 'connection',
    subjectId: connectionId,
    data: { issuer: signIn.server.issuer },
  });
  return signInRequired(name, signIn);
}

function signInRequired(name: string, signIn: SignIn | null): AppError {
  return new AppError(
    'sign_in_required',
    signIn
      ? `The sign-in of ${name} has ended. ${signIn.by ? `${signIn.by} signed in last. ` : ''}An admin must sign in again under Settings, Connections.`
      : `Nobody is signed in to ${name}. An admin must sign in under Settings, Connections.`,
  );
}
