import type { Actor } from '../auth/guard';
import { addConnection } from '../connections/manage-connections';
import { testConnection } from '../connections/test-connection';
import { type HttpTestServer, startHttpServer } from '../connections/testing/mcp-server';

export type Reply = { text: string; isError?: boolean };

/**
 * A connection to a server that stands in for a system: it lists these tools and answers as `reply` does, unless `intercept` answers
 * the request itself.
 */
export async function connectStandIn(
  admin: Actor,
  system: string,
  tools: string[],
  reply: (name: string, args: Record<string, unknown>) => Reply | undefined,
  intercept: Parameters<typeof startHttpServer>[0]['intercept'] = () => false,
): Promise<{ id: string; server: HttpTestServer }> {
  const server = await startHttpServer({
    tools: tools.map((name) => ({ name, description: name })),
    reply: (name, args) => reply(name, args) ?? { isError: true, text: 'unknown' },
    intercept,
  });
  const target = { kind: 'http' as const, url: server.url, allowInternal: true };
  const { id } = await addConnection(admin, { name: system.slice(0, 20), target, system });
  await testConnection(admin, id);
  return { id, server };
}
