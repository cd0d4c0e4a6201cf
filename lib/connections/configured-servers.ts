import { ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { db } from '../db/client';
import { loadKnownSecrets } from '../secrets/load-secrets';
import type { Connection } from './connection';
import { listTools } from './list-tools';
import { type ConnectionRow, openConnection } from './open-connection';
import type { ToolServer } from './open-toolbox';
import { recordTools } from './record-tools';
import { type Restartable, restartable } from './restartable';
import { ToolClass, ToolDefinition, type ToolInfo } from './schema';
import { definitionHash, problemOf } from './tool-definition';

/** One open server a connection and process, whichever run asks; made anew when the connection was changed. */
const shared = globalThis as unknown as { socdownConnections?: Map<string, { key: string; server: Restartable }> };

/**
 * The connections that are switched on, each with the tools that an admin decided on, as they were confirmed. No server is
 * reached for this: the model is told what was pinned, and a run doesn't wait for a server that it doesn't use.
 */
export async function configuredServers(): Promise<Record<string, ToolServer>> {
  await loadKnownSecrets();
  const rows = await db().connection.findMany({
    where: { enabled: true },
    include: { tools: { where: { class: { not: 'refused' }, offered: true, pinnedHash: { not: null } } } },
    take: 200,
  });
  return Object.fromEntries(
    rows.map((row) => {
      const tools = row.tools
        // What was seen to have changed is off already; what changes later is found out by the call.
        .filter((tool) => tool.pinnedHash === tool.seenHash)
        .map((tool): ToolInfo => {
          const definition = ToolDefinition.parse(tool.pinned);
          return { server: row.name, tool: tool.name, ...definition, class: ToolClass.parse(tool.class) };
        })
        .filter((info) => problemOf(row.name, info.tool, info) === null);
      const server: ToolServer = {
        tools: async () => tools,
        connect: () => serverOf(row, row.updatedAt).connect(),
        forbids: (connection, info) => forbids(row.id, connection, info),
        foreign: true,
      };
      return [row.name, server];
    }),
  );
}

/** Ends the open servers: for a process that ends, and for tests. */
export async function closeConfiguredServers(): Promise<void> {
  const open = [...(shared.socdownConnections?.values() ?? [])];
  shared.socdownConnections = undefined;
  await Promise.all(open.map(({ server }) => server.close()));
}

function serverOf(row: ConnectionRow, updatedAt: Date): Restartable {
  shared.socdownConnections ??= new Map();
  const key = updatedAt.toISOString();
  const open = shared.socdownConnections.get(row.id);
  if (open?.key === key) return open.server;
  const server = restartable(() => openConnection(row));
  shared.socdownConnections.set(row.id, { key, server });
  void open?.server.close().catch(() => {});
  return server;
}

/** What a connected server lists, by hash; asked for again when it says that its tools changed. */
const listed = new WeakMap<Connection, Promise<Map<string, string>>>();

/**
 * Whether the server still lists the tool as it was confirmed, and an admin still allows it as when the run began. An answer
 * to a poisoned update: whatever changed is recorded for an admin, and not called.
 */
async function forbids(connectionId: string, connection: Connection, info: ToolInfo): Promise<string | null> {
  const name = `${info.server}.${info.tool}`;
  const hashes = listed.get(connection) ?? list(connectionId, connection);
  listed.set(connection, hashes);
  const hash = definitionHash(info);
  if ((await hashes).get(info.tool) !== hash)
    return `${name} was changed by its server since an admin confirmed it. It is disabled until an admin confirms it in Settings.`;
  const now = await db().connectionTool.findFirst({
    where: { connectionId, name: info.tool, offered: true, connection: { enabled: true } },
  });
  if (now?.class !== info.class || now.pinnedHash !== hash)
    return `${name} was disabled or reclassified by an admin during this run.`;
  return null;
}

function list(connectionId: string, connection: Connection): Promise<Map<string, string>> {
  connection.client.setNotificationHandler(ToolListChangedNotificationSchema, () => {
    listed.delete(connection);
  });
  const hashes = listTools(connection).then(async (tools) => {
    await recordTools(connectionId, tools);
    return new Map([...tools].map(([tool, definition]) => [tool, definitionHash(definition)]));
  });
  hashes.catch(() => listed.delete(connection)); // asked for again by the next call
  return hashes;
}
