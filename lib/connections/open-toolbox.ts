import { errorMessage } from '../errors/app-error';
import { log } from '../log/log';
import { holdsKnownSecret, maskKnownSecrets } from '../secrets/mask-secrets';
import { orAborted } from '../time/sleep';
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
  /** One tool, without asking the other servers; undefined if no tool has that name. */
  find(server: string, tool: string): Promise<ToolInfo | undefined>;
  /** egress and write need a `grant`: the call of a run that a person allowed, used up by this. */
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
    async call(name, tool, args, options) {
      const start = performance.now();
      const failed = (message: string) => failedCall(message, start);
      const { signal, timeoutMs = TIMEOUT_MS } = options;
      const session: Session = { connection: undefined };
      let servers: Record<string, ToolServer> | undefined;
      try {
        signal.throwIfAborted();
        servers = await load();
        const server = named(servers, name);
        const info = server && (await orAborted(server.tools(), signal)).find((item) => item.tool === tool);
        if (!server || !info) return failed(`There is no tool ${name}.${tool}.`);
        const refusal = await orAborted(refusedBeforehand(server, info, args), signal);
        if (refusal) return failed(refusal);
        return await callOn({ server, info, args, start, session }, { ...options, timeoutMs });
      } catch (error) {
        if (signal.aborted) return failed('The call was cancelled.');
        if (isTimeout(error) && session.connection) void endIfDeaf(session.connection);
        const why = isTimeout(error) ? `no answer within ${Math.round(timeoutMs / 1000)} s.` : callFailure(error);
        if (!isTimeout(error)) servers?.[name]?.watch?.(why);
        return failed(`${name}.${tool} failed: ${why}`);
      }
    },
    close,
  };
}

/** The connection that a call uses at the moment: a call that fails says which one was to blame. */
type Session = { connection: Connection | undefined };

type Call = {
  server: ToolServer;
  info: ToolInfo;
  args: Record<string, unknown>;
  /** When it was asked for, on the clock of `performance.now`. */
  start: number;
  session: Session;
};

const elapsedMs = (start: number) => Math.round(performance.now() - start);

function failedCall(message: string, start: number): CallResult {
  const text = maskKnownSecrets(message).slice(0, 1200);
  return {
    ok: false,
    text,
    structured: null,
    bytes: Buffer.byteLength(text),
    truncated: false,
    durationMs: elapsedMs(start),
  };
}

/** Why a call is refused before anything is connected, or null. */
async function refusedBeforehand(server: ToolServer, info: ToolInfo, args: Call['args']): Promise<string | null> {
  if (info.class === 'refused') return `${info.server}.${info.tool} is not allowed here.`;
  const problem = await checkArguments(info, args);
  if (problem) return problem;
  if (server.external && holdsKnownSecret(args))
    return 'The arguments contain a secret of this installation. They were not sent.';
  return null;
}

/** Connects, asks what stands against the call, waits for its turn, uses up the consent and sends it. */
async function callOn(call: Call, options: CallOptions & { timeoutMs: number }): Promise<CallResult> {
  const { server, info, args, start, session } = call;
  const { tool } = info;
  const { signal, grant } = options;
  const name = `${info.server}.${tool}`;
  const failed = (message: string) => failedCall(message, start);
  const open = async () => {
    // A server that is slow to start must not hold up a run that was stopped; it is up for the next call.
    const connection = await orAborted(server.connect(), signal);
    session.connection = connection;
    const forbidden = await server.forbids?.(connection, info);
    signal.throwIfAborted();
    return { connection, forbidden };
  };
  // A server that was restarted, or lost the session, is met at the first request: nothing was called yet.
  let opened = await again(open, session, true);
  if (opened.forbidden) return failed(opened.forbidden);
  const noConsent = `${name} needs a person's consent to exactly these arguments, and has none. It was not called.`;
  if (info.class !== 'read' && !grant) return failed(noConsent);
  const known = server.pace?.known(opened.connection, tool, args);
  const noTurn = known ? null : await server.pace?.turn(signal);
  if (noTurn) return failed(`${name} was not called: ${noTurn}`);
  // The last step before it is sent: from here on the consent is used up, whatever happens.
  if (info.class !== 'read' && !(grant && (await useApproval(grant, { server: info.server, tool, args }))))
    return failed(noConsent);
  if (known) return { ...known, durationMs: elapsedMs(start) };
  const { timeoutMs, maxBytes = MAX_BYTES } = options;
  const send = async () => {
    opened = opened.connection.alive() ? opened : await open();
    if (opened.forbidden) return failed(opened.forbidden);
    const limits = { signal, timeoutMs, maxBytes, inputSchema: info.inputSchema };
    return (server.external ? callTool : callOwnTool)(opened.connection, tool, args, limits);
  };
  const result = await again(send, session, info.class === 'read');
  server.pace?.keep(opened.connection, tool, args, result);
  server.watch?.(null);
  return result;
}

/**
 * Does it, and once more when the server lost the session or was restarted. The connection is given up then, so that the next
 * attempt opens another one. What is not a read is never sent twice.
 */
async function again<T>(attempt: () => Promise<T>, session: Session, repeat: boolean): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    if (!isLost(error)) throw error;
    await session.connection?.close().catch(() => {});
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
