import { db } from '../db/client';
import { errorMessage } from '../errors/app-error';
import { log } from '../log/log';
import { loadKnownSecrets } from '../secrets/load-secrets';
import { findSystem } from './catalogue/catalogue';
import type { Connection } from './connection';
import { recordFailure, recordHealthy } from './health';
import { listTools } from './list-tools';
import { type ConnectionRow, openConnection } from './open-connection';
import type { ToolServer } from './open-toolbox';
import { type PacedCalls, pacedCalls } from './paced-calls';
import { recordTools } from './record-tools';
import { type Restartable, restartable } from './restartable';
import { ToolClass, ToolDefinition, type ToolInfo } from './schema';
import { definitionHash, problemOf } from './tool-definition';

/** One open server a connection and process, whichever run asks; made again when the connection was changed. */
const shared = globalThis as unknown as { socdownConnections?: Map<string, Shared> };
type Shared = { key: string; server: Restartable; pace: PacedCalls };

/**
 * The connections that are switched on, each with the tools that an admin decided on, as they were confirmed. No server is
 * reached for this: the model gets what was pinned, and a run doesn't wait for a server that it doesn't use.
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
        connect: () => serverOf(row, row.updatedAt).server.connect(),
        forbids: (connection, info) => forbids(row.id, connection, info),
        external: true,
        get pace() {
          return serverOf(row, row.updatedAt).pace;
        },
        watch: (failure) => watch(row.id, failure),
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

/** Health is written beside the call, not in its way. */
function watch(id: string, failure: string | null): void {
  (failure === null ? recordHealthy(id) : recordFailure(id, failure)).catch((error: unknown) =>
    log.warn({ message: errorMessage(error) }, 'connection health'),
  );
}

function serverOf(row: ConnectionRow & { system: string | null }, updatedAt: Date): Shared {
  shared.socdownConnections ??= new Map();
  const key = updatedAt.toISOString();
  const open = shared.socdownConnections.get(row.id);
  if (open?.key === key) return open;
  const made = {
    key,
    server: restartable(() => openConnection(row)),
    pace: pacedCalls(findSystem(row.system) ?? {}),
  };
  shared.socdownConnections.set(row.id, made);
  void open?.server.close().catch(() => {});
  return made;
}

/** Servers without a stream can't say that their tools changed: a list counts as current this long. */
const LISTED_MS = 60_000;
/** What a connected server lists, by hash; asked for again when it says that its tools changed. */
const listed = new WeakMap<Connection, { at: number; hashes: Promise<Map<string, string>> }>();

/**
 * Whether the server still lists the tool as it was confirmed, and an admin still allows it as when the run began. An answer
 * to a poisoned update: whatever changed is recorded for an admin, and not called.
 */
async function forbids(connectionId: string, connection: Connection, info: ToolInfo): Promise<string | null> {
  const name = `${info.server}.${info.tool}`;
  const before = listed.get(connection);
  const isCurrent = before !== undefined && Date.now() - before.at < LISTED_MS;
  const hashes = isCurrent ? before.hashes : list(connectionId, connection);
  if (!isCurrent) listed.set(connection, { at: Date.now(), hashes });
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
  connection.client.setNotificationHandler('notifications/tools/list_changed', () => {
    listed.delete(connection);
  });
  const hashes = listTools(connection).then(async (tools) => {
    await recordTools(connectionId, tools);
    return new Map([...tools].map(([tool, definition]) => [tool, definitionHash(definition)]));
  });
  hashes.catch(() => listed.delete(connection)); // asked for again by the next call
  return hashes;
}
