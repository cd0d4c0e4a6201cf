import type { OAuthTokens } from '@modelcontextprotocol/client';
import { z } from 'zod';
import type { Prisma, Tx } from '../../db/client';
import { rememberSecret } from '../../secrets/known-secrets';
import { openSecrets, signInOwner } from '../../secrets/load-secrets';
import { seal } from '../../secrets/secret-box';
import { type OAuthClient, ServerMetadata, StoredClient } from './schema';

/** What is encrypted of a sign-in. */
const Kept = z.object({
  access_token: z.string().optional(),
  refresh_token: z.string().optional(),
  client_secret: z.string().optional(),
});
type Kept = z.infer<typeof Kept>;

/** A stored sign-in, opened. */
export type SignIn = {
  connectionId: string;
  /** The URL that the tokens are for. */
  url: string;
  state: string;
  server: ServerMetadata;
  client: OAuthClient;
  tokens: { access: string | undefined; refresh: string | undefined };
  scopes: string[];
  expiresAt: Date | null;
  /** Who signed in, if that person still exists. */
  by: string | null;
};

type Row = Prisma.ConnectionSignInGetPayload<{ include: { signedInBy: true } }>;

/** The sign-in of a connection with its tokens, or null. @throws AppError secret_unreadable */
export async function readSignIn(tx: Tx, connectionId: string): Promise<SignIn | null> {
  const row = await tx.connectionSignIn.findUnique({ where: { connectionId }, include: { signedInBy: true } });
  return row && openSignIn(row);
}

function openSignIn(row: Row): SignIn {
  const kept = Kept.parse(openSecrets(signInOwner(row.connectionId), row.secrets));
  const { connectionId, resource, state, scopes, expiresAt, signedInBy } = row;
  return {
    connectionId,
    url: resource,
    state,
    server: ServerMetadata.parse(row.server),
    client: { ...StoredClient.parse(row.client), secret: kept.client_secret },
    tokens: { access: kept.access_token, refresh: kept.refresh_token },
    scopes,
    expiresAt,
    by: signedInBy?.name ?? null,
  };
}

/**
 * The columns that hold tokens; all of them, so that nothing of an earlier sign-in stays. A secret that a person entered is
 * kept with the connection, not here.
 */
export function tokenColumns(connectionId: string, client: OAuthClient, tokens: OAuthTokens | null) {
  const kept: Kept = {
    ...(tokens ? { access_token: tokens.access_token } : {}),
    ...(tokens?.refresh_token ? { refresh_token: tokens.refresh_token } : {}),
    ...(client.kind === 'dynamic' && client.secret ? { client_secret: client.secret } : {}),
  };
  for (const value of Object.values(kept)) rememberSecret(value);
  const lasts = tokens?.expires_in;
  return {
    secrets: Object.keys(kept).length > 0 ? seal(JSON.stringify(kept), signInOwner(connectionId)) : null,
    renews: kept.refresh_token !== undefined,
    expiresAt: lasts === undefined ? null : new Date(Date.now() + lasts * 1000),
  };
}

/** A client without its secret, for its column. */
export const clientColumn = (client: OAuthClient): StoredClient => StoredClient.parse(client);
