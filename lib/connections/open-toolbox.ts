import { errorMessage } from '../errors/app-error';
import { log } from '../log/log';
import { holdsKnownSecret, maskKnownSecrets } from '../secrets/mask-secrets';
import { callFailure, isLost, isTimeout } from './call-failure';
import { callOwnTool, callTool } from './call-tool';
import { checkArguments } from './check-arguments';
import { configuredServers } from './configured-servers';
import type { Connection } from './connection';
import { listTools } from './list-tools';
import type { PacedCalls } from './paced-calls';
import { restartable } from './restartable';
import type { CallResult, ToolInfo } from './schema';
import { logsServer, socdownServer } from './servers';
import { toolClass } from './tool-policy';
import { type Grant, useApproval } from './use-approval';

const TIMEOUT_MS = 60_000;
const MAX_BYTES = 5_000_000;
const PING_MS = 10_000;

export type CallOptions = { signal: AbortSignal; timeoutMs?: number; maxBytes?: number; grant?: Grant };

/** The tools of one run. A call never throws: whatever goes wrong is a result that says so. */
export type Toolbox = {
  /** The tools of all servers that can be reached; one that can't is tried again by the next call of this. */
  tools(): Promise<ToolInfo[]>;
  /** egress and write need a `grant`: the call of a run that a person allowed, used up by this. */
  /** One tool, without asking the other servers; undefined if no tool has that name. */
  find(server: string, tool: string): Promise<ToolInfo | undefined>;
  call(server: string, tool: string, args: Record<string, unknown>, options: CallOptions): Promise<CallResult>;
  close(): Promise<void>;
};

/** A server as a toolbox needs it. */
export type ToolServer = {
  tools(): Promise<ToolInfo[]>;
  connect(): Promise<Connection>;
  /** Why a tool of a connected server must not be called now, or null. */
  forbids?(connection: Connection, info: ToolInfo): Promise<string | null>;
  /** Not ours: no secret of this installation goes there in arguments. */
  external: boolean;
  /** What its system allows a minute, and the answers that still stand. */
  pace?: PacedCalls;
  /** Receives the outcome of each call: null, or why the connection failed. A tool's own failure doesn't count. */
  watch?(failure: string | null): void;
};

/** Our own servers and the connections as they stand when it is first asked: one set of tools for the whole run. */
export function openToolbox({ investigationId }: { investigationId: string }): Toolbox {
  const socdown = restartable(() => socdownServer(investigationId));
  let servers: Promise<Record<string, ToolServer>> | undefined;
  const load = async () => ({
    ...(await configuredServers()),
    logs: ownServer('logs', logsServer),
    socdown: ownServer('socdown', socdown.connect),
  });
  return toolboxOf(() => {
    servers ??= load().catch((error: unknown) => {
      servers = undefined; // the database was away: tried again
      throw error;
    });
    return servers;
  }, socdown.close);
}

/** A server of our own program: its tools are asked for, their classes are fixed (tool-policy). */
export function ownServer(name: string, connect: () => Promise<Connection>): ToolServer {
  let known: Promise<ToolInfo[]> | undefined;
  const list = async () =>
    [...(await listTools(await connect()))].map(([tool, definition]) => ({
      server: name,
      tool,
      ...definition,
      class: toolClass(name, tool),
    }));
  return {
    connect,
    external: false,
    tools() {
      known ??= list().catch((error: unknown) => {
        known = undefined;
        throw error;
      });
      return known;
    },
  };
}

/** A toolbox over any servers by their names. */
export function toolboxOf(
  load: () => Promise<Record<string, ToolServer>>,
  close: () => Promise<void> = async () => {},
): Toolbox {
  return {
    async tools() {
      const lists = await Promise.allSettled(Object.values(await load()).map((server) => server.tools()));
      for (const list of lists)
        if (list.status === 'rejected') log.warn({ message: errorMessage(list.reason) }, 'MCP server');
      const reached = lists.flatMap((list) => (list.status === 'fulfilled' ? list.value : []));
      if (reached.length === 0) for (const list of lists) if (list.status === 'rejected') throw list.reason;
      return reached;
    },
    async find(name, tool) {
      const server = named(await load(), name);
      return server && (await server.tools()).find((item) => item.tool === tool);
    },
    async call(name, tool, args, { signal, timeoutMs = TIMEOUT_MS, maxBytes = MAX_BYTES, grant }) {
      const start = performance.now();
      const failed = (message: string): CallResult => {
        const text = maskKnownSecrets(message).slice(0, 1200);
        return {
          ok: false,
          text,
          structured: null,
          bytes: Buffer.byteLength(text),
          truncated: false,
          durationMs: Math.round(performance.now() - start),
        };
      };
      let connection: Connection | undefined;
      let servers: Record<string, ToolServer> | undefined;
      try {
        signal.throwIfAborted();
        servers = await load();
        const server = named(servers, name);
        const info = server && (await unlessAborted(server.tools(), signal)).find((item) => item.tool === tool);
        if (!server || !info) return failed(`There is no tool ${name}.${tool}.`);
        if (info.class === 'refused') return failed(`${name}.${tool} is not allowed here.`);
        const problem = await unlessAborted(checkArguments(info, args), signal);
        if (problem) return failed(problem);
        if (server.external && holdsKnownSecret(args))
          return failed('The arguments hold a secret of this installation. They were not sent.');
        const open = async () => {
          connection = await unlessAborted(server.connect(), signal);
          const forbidden = await server.forbids?.(connection, info);
          signal.throwIfAborted();
          return { connection, forbidden };
        };
        // A server that was restarted, or lost the session, is met at the first request: nothing was called yet.
        let opened = await again(open, () => connection, true);
        if (opened.forbidden) return failed(opened.forbidden);
        const noConsent = `${name}.${tool} needs a person's consent to exactly these arguments, and has none. It was not called.`;
        if (info.class !== 'read' && !grant) return failed(noConsent);
        const known = server.pace?.known(opened.connection, tool, args);
        const noTurn = known ? null : await server.pace?.turn(signal);
        if (noTurn) return failed(`${name}.${tool} was not called: ${noTurn}`);
        // The last step before it is sent: from here on the consent is used up, whatever happens.
        if (info.class !== 'read' && !(grant && (await useApproval(grant, { server: name, tool, args }))))
          return failed(noConsent);
        if (known) return { ...known, durationMs: Math.round(performance.now() - start) };
        const limits = { signal, timeoutMs, maxBytes, inputSchema: info.inputSchema };
        const result = await again(
          async () => {
            opened = opened.connection.alive() ? opened : await open();
            if (opened.forbidden) return failed(opened.forbidden);
            return (server.external ? callTool : callOwnTool)(opened.connection, tool, args, limits);
          },
          () => connection,
          info.class === 'read',
        );
        server.pace?.keep(opened.connection, tool, args, result);
        server.watch?.(null);
        return result;
      } catch (error) {
        if (signal.aborted) return failed('The call was cancelled.');
        if (isTimeout(error) && connection) void endIfDeaf(connection);
        const why = isTimeout(error) ? `no answer within ${Math.round(timeoutMs / 1000)} s.` : callFailure(error);
        if (!isTimeout(error)) servers?.[name]?.watch?.(why);
        return failed(`${name}.${tool} failed: ${why}`);
      }
    },
    close,
  };
}

/**
 * Does it, and once more when the server lost the session or was restarted. The connection is given up then, so that the next
 * attempt opens another one. What is not a read is never sent twice.
 */
async function again<T>(attempt: () => Promise<T>, current: () => Connection | undefined, repeat: boolean): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    if (!isLost(error)) throw error;
    await current()
      ?.close()
      .catch(() => {});
    if (!repeat) throw error;
    return attempt();
  }
}

const named = (servers: Record<string, ToolServer>, name: string): ToolServer | undefined =>
  Object.hasOwn(servers, name) ? servers[name] : undefined;

/** A server that doesn't even answer a ping is ended, so that the next call gets a new one. */
async function endIfDeaf({ client, close }: Connection): Promise<void> {
  try {
    await client.ping({ timeout: PING_MS });
  } catch {
    await close().catch(() => {});
  }
}

/** A server that is slow to start must not hold up a run that was stopped; the start itself continues for the next call. */
async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
