import type { Prisma } from '../../db/client';
import type { SignInView, StoredOAuth } from './schema';

type Row = Prisma.ConnectionSignInGetPayload<{ include: { signedInBy: true } }>;

/** How a connection is signed in, without tokens. Tokens for another URL than it has by now don't count. */
export function signInView(
  target: { kind: string; url?: string },
  oauth: StoredOAuth,
  row: Row | null,
  manages: boolean,
): SignInView {
  const current = row && row.resource === target.url && row.state !== 'signed_out' ? row : null;
  const shown = manages ? current : null;
  return {
    state: current ? (current.state === 'signed_in' ? 'signed_in' : 'ended') : 'none',
    by: shown?.signedInBy?.name ?? null,
    account: shown?.account ?? null,
    since: shown?.signedInAt?.toISOString() ?? null,
    expiresAt: shown?.expiresAt?.toISOString() ?? null,
    renews: shown?.renews ?? false,
    scopes: shown?.scopes ?? [],
    missingScopes: current?.missingScopes ?? [],
    issuer: shown?.issuer ?? null,
    clientId: manages ? oauth.clientId : null,
    hasSecret: oauth.hasSecret,
    askedScopes: manages ? oauth.scopes : null,
  };
}
