import { z } from 'zod';
import { errorMessage } from '../errors/app-error';
import { log } from '../log/log';
import type { Connection } from './connect-stdio';
import { restartable } from './restartable';
import type { CallResult, ToolInfo } from './schema';
import { logsServer, socdownServer } from './servers';
import { toolClass } from './tool-policy';

const TIMEOUT_MS = 60_000;
const MAX_BYTES = 5_000_000;
const PING_MS = 10_000;
const NO_ANSWER = 'no answer within';

export type CallOptions = { signal: AbortSignal; timeoutMs?: number; maxBytes?: number };

/** The tools of one run. A call never throws: whatever goes wrong is a result that says so. */
export type Toolbox = {
  /** The tools of all servers that can be reached; one that can't is tried again by the next call of this. */
  tools(): Promise<ToolInfo[]>;
  call(server: string, tool: string, args: Record<string, unknown>, options: CallOptions): Promise<CallResult>;
  close(): Promise<void>;
};

/** Connects on first use; a server that died is started again on the next call. */
export function openToolbox({ investigationId }: { investigationId: string }): Toolbox {
  const socdown = restartable(() => socdownServer(investigationId));
  return toolboxOf({ logs: logsServer, socdown: socdown.connect }, socdown.close);
}

/** A toolbox over any servers, by the name that the tool policy knows them by. */
export function toolboxOf(
  servers: Record<string, () => Promise<Connection>>,
  close: () => Promise<void> = async () => {},
): Toolbox {
  const known = new Map<string, ToolInfo[]>();

  const toolsOf = async (server: string): Promise<ToolInfo[]> => {
    const listed = known.get(server);
    if (listed) return listed;
    const connect = Object.hasOwn(servers, server) ? servers[server] : undefined;
    const tools = connect ? await listTools(server, connect) : [];
    known.set(server, tools);
    return tools;
  };

  return {
    async tools() {
      const lists = await Promise.allSettled(Object.keys(servers).map(toolsOf));
      for (const list of lists)
        if (list.status === 'rejected') log.warn({ message: errorMessage(list.reason) }, 'MCP server');
      const reached = lists.flatMap((list) => (list.status === 'fulfilled' ? list.value : []));
      if (reached.length === 0) for (const list of lists) if (list.status === 'rejected') throw list.reason;
      return reached;
    },
    async call(server, tool, args, { signal, timeoutMs = TIMEOUT_MS, maxBytes = MAX_BYTES }) {
      const start = performance.now();
      const failed = (text: string): CallResult => ({
        ...{ ok: false, text, structured: null, bytes: Buffer.byteLength(text), truncated: false },
        durationMs: Math.round(performance.now() - start),
      });
      let connection: Connection | undefined;
      try {
        signal.throwIfAborted();
        const info = (await toolsOf(server)).find((item) => item.tool === tool);
        const connect = servers[server];
        if (!info || !connect) return failed(`There is no tool ${server}.${tool}.`);
        if (info.class !== 'read') return failed(`${server}.${tool} is not allowed here.`);
        const problem = checkArguments(info, args);
        if (problem) return failed(problem);
        connection = await connect();
        const answer = await connection.client.callTool({ name: tool, arguments: args }, undefined, {
          signal,
          timeout: timeoutMs,
        });
        return toResult(answer, maxBytes, Math.round(performance.now() - start));
      } catch (error) {
        if (signal.aborted) return failed('The call was cancelled.');
        const why = reason(error, timeoutMs);
        if (why.startsWith(NO_ANSWER) && connection) void endIfDeaf(connection);
        return failed(`${server}.${tool} failed: ${why}`);
      }
    },
    close,
  };
}

async function listTools(server: string, connect: () => Promise<Connection>): Promise<ToolInfo[]> {
  const { client } = await connect();
  const found: ToolInfo[] = [];
  let cursor: string | undefined;
  do {
    const { tools, nextCursor } = await client.listTools(cursor === undefined ? {} : { cursor });
    for (const { name, description, inputSchema } of tools) {
      found.push({ server, tool: name, description: description ?? '', inputSchema, class: toolClass(server, name) });
    }
    cursor = nextCursor === cursor ? undefined : nextCursor;
  } while (cursor !== undefined && found.length < 1000);
  return found;
}

/** What is wrong with the arguments, for the model to mend; undefined when they fit the tool's own schema. */
function checkArguments(info: ToolInfo, args: Record<string, unknown>): string | undefined {
  const schema = z.fromJSONSchema(info.inputSchema as Parameters<typeof z.fromJSONSchema>[0]); // the server's own JSON Schema
  const parsed = schema.safeParse(args);
  if (parsed.success) return undefined;
  const lines = parsed.error.issues
    .slice(0, 5)
    .map((issue) => `${issue.path.join('.') || 'arguments'}: ${issue.message}`);
  return `The arguments of ${info.server}.${info.tool} are not right. ${lines.join('; ')}`;
}

/** Text and structured content within the cap; over it the text is cut and the structure, half of which would mislead, left out. */
function toResult(answer: Record<string, unknown>, maxBytes: number, durationMs: number): CallResult {
  const parts = Array.isArray(answer.content) ? (answer.content as { type?: unknown; text?: unknown }[]) : []; // read field by field below
  const whole = parts
    .map((part) =>
      part.type === 'text' && typeof part.text === 'string' ? part.text : `[${String(part.type)} left out]`,
    )
    .join('\n');
  const bytes = Buffer.byteLength(whole);
  const content = isRecord(answer.structuredContent) ? answer.structuredContent : null;
  const cut = bytes > maxBytes || (content !== null && Buffer.byteLength(JSON.stringify(content)) > maxBytes);
  const structured = cut ? null : content;
  return {
    ok: answer.isError !== true,
    text: cut ? Buffer.from(whole).subarray(0, maxBytes).toString('utf8') : whole,
    ...{ structured, bytes, durationMs },
    truncated: cut || structured?.truncated === true,
  };
}

/** A server that doesn't even answer a ping is ended, so that the next call gets a new one. */
async function endIfDeaf({ client, close }: Connection): Promise<void> {
  try {
    await client.ping({ timeout: PING_MS });
  } catch {
    await close().catch(() => {});
  }
}

function reason(error: unknown, timeoutMs: number): string {
  const message = errorMessage(error);
  if (/request timed out/i.test(message)) return `${NO_ANSWER} ${Math.round(timeoutMs / 1000)} s.`;
  if (/connection closed|not connected/i.test(message))
    return 'the server ended; it is started again by the next call.';
  return message.slice(0, 1000);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
