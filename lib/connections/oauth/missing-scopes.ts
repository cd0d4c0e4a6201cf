import { extractWWWAuthenticateParams } from '@modelcontextprotocol/client';
import { db } from '../../db/client';
import { errorMessage } from '../../errors/app-error';
import { log } from '../../log/log';
import { asScopes } from './discover';

/** A fetch that remembers which scopes a server asked for beyond those it was given (403 insufficient_scope). */
export function noticeMissingScopes(connectionId: string, fetchFn: typeof fetch): typeof fetch {
  return async (input, init) => {
    const response = await fetchFn(input, init);
    if (response.status !== 403) return response;
    const { error, scope } = extractWWWAuthenticateParams(response);
    const missing = error === 'insufficient_scope' ? asScopes(scope)?.split(/ +/) : undefined;
    if (missing)
      await remember(connectionId, missing).catch((failure: unknown) =>
        log.warn({ message: errorMessage(failure) }, 'connection scopes'),
      );
    return response;
  };
}

async function remember(connectionId: string, missing: string[]): Promise<void> {
  await db().$executeRaw`
    UPDATE connection_sign_ins
    SET missing_scopes = ARRAY(SELECT DISTINCT unnest(missing_scopes || ${missing}::text[]) EXCEPT SELECT unnest(scopes))
    WHERE connection_id = ${connectionId}::uuid AND state = 'signed_in'`;
}
