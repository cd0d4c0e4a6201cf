import { z } from 'zod';
import { errorMessage } from '../errors/app-error';
import type { Connection } from './connect-stdio';
import type { CallResult, ToolInfo } from './schema';
import { logsServer, socdownServer } from './servers';
import { toolClass } from './tool-policy';

const TIMEOUT_MS = 60_000;
const MAX_BYTES = 5_000_000;

export type CallOptions = { signal: AbortSignal; timeoutMs?: number; maxBytes?: number };

/** The tools of one run. A call never throws: whatever goes wrong is a result that says so. */
export type Toolbox = {
  tools(): Promise<ToolInfo[]>;
  call(server: string, tool: string, args: Record<string, unknown>, options: CallOptions): Promise<CallResult>;
  close(): Promise<void>;
};

/** Connects on first use; a server that died is started again on the next call. */
export function openToolbox({ investigationId }: { investigationId: string }): Toolbox {
  let socdown: Promise<Connection> | undefined;
  const catalog = new Map<string, ToolInfo>();

  const connections: Record<string, () => Promise<Connection>> = {
    logs: logsServer,
    socdown: async () => {
      const open = await socdown?.catch(() => undefined);
      if (open?.alive()) return open;
      socdown = socdownServer(investigationId);
      return socdown;
    },
  };

  const tools = async (): Promise<ToolInfo[]> => {
    if (catalog.size > 0) return [...catalog.values()];
    const lists = await Promise.all(Object.entries(connections).map(([server, connect]) => listTools(server, connect)));
    for (const tool of lists.flat()) catalog.set(`${tool.server}.${tool.tool}`, tool);
    return [...catalog.values()];
  };

  return {
    tools,
    async call(server, tool, args, options) {
      const start = performance.now();
      const failed = (text: string): CallResult => ({
        ...{ ok: false, text, structured: null, bytes: Buffer.byteLength(text), truncated: false },
        durationMs: Math.round(performance.now() - start),
      });
      try {
        const known = (await tools()).find((info) => info.server === server && info.tool === tool);
        const connect = connections[server];
        if (!known || !connect) return failed(`There is no tool ${server}.${tool}.`);
        if (known.class !== 'read') return failed(`${server}.${tool} is not allowed here.`);
        const problem = checkArguments(known, args);
        if (problem) return failed(problem);
        const { client } = await connect();
        const answer = await client.callTool({ name: tool, arguments: args }, undefined, {
          signal: options.signal,
          timeout: options.timeoutMs ?? TIMEOUT_MS,
        });
        return toResult(answer, options.maxBytes ?? MAX_BYTES, Math.round(performance.now() - start));
      } catch (error) {
        if (options.signal.aborted) return failed('The call was cancelled.');
        return failed(`${server}.${tool} failed: ${errorMessage(error)}`);
      }
    },
    async close() {
      await (await socdown?.catch(() => undefined))?.close();
    },
  };
}

async function listTools(server: string, connect: () => Promise<Connection>): Promise<ToolInfo[]> {
  const { client } = await connect();
  const { tools } = await client.listTools();
  return tools.map(({ name, description, inputSchema }) => ({
    ...{ server, tool: name, description: description ?? '', inputSchema },
    class: toolClass(server, name),
  }));
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
  const cut = bytes > maxBytes;
  const structured = isRecord(answer.structuredContent) && !cut ? answer.structuredContent : null;
  return {
    ok: answer.isError !== true,
    text: cut ? Buffer.from(whole).subarray(0, maxBytes).toString('utf8') : whole,
    ...{ structured, bytes, durationMs },
    truncated: cut || structured?.truncated === true,
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
