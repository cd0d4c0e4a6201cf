import { type AuthProvider, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { type Connection, shakeHands } from './connection';
import { guardedFetch } from './guarded-fetch';
import { checkUrl } from './outbound-address';
import { steadyFetch } from './steady-fetch';

/**
 * Connects to a server over Streamable HTTP, in the protocol revision that it speaks: with sessions or without. `oauth` gives
 * the tokens of a connection that signs in; without it a 401 is an error, and what it points to is not asked. `watch` wraps each
 * request.
 * @throws AppError bad_request for an address that is refused; unavailable.
 */
export async function connectHttp(
  name: string,
  server: {
    url: string;
    allowInternal: boolean;
    caCertificate?: string | undefined;
    headers: Record<string, string>;
    oauth?: AuthProvider;
    watch?: (fetchFn: typeof fetch) => typeof fetch;
  },
  clean: (text: string) => string,
): Promise<Connection> {
  const url = checkUrl(server.url, server.allowInternal);
  const fetchFn = guardedFetch(url, server.allowInternal, server.caCertificate);
  const transport = new StreamableHTTPClientTransport(url, {
    fetch: steadyFetch(server.watch?.(fetchFn) ?? fetchFn),
    ...(server.oauth ? { authProvider: server.oauth, onInsufficientScope: 'throw' as const } : {}),
    requestInit: { headers: server.headers },
    reconnectionOptions: {
      maxRetries: 1,
      initialReconnectionDelay: 500,
      maxReconnectionDelay: 5_000,
      reconnectionDelayGrowFactor: 2,
    },
  });
  const connection = await shakeHands(name, transport, { clean, mode: 'auto' });
  return {
    ...connection,
    close: async () => {
      await transport.terminateSession().catch(() => {}); // a server may refuse it, or be gone
      await connection.close();
    },
  };
}
