import type { CallToolResult } from '@modelcontextprotocol/client';
import { partText } from './answer-content';
import { hasMore, jsonOf, structuredAnswer } from './answer-table';
import { type Answer, cappedResult } from './capped-result';
import type { Connection } from './connection';
import { isInBandFailure } from './in-band-failure';
import { fillsLimit, saysMore } from './left-out';
import type { CallResult } from './schema';

type CallLimits = { timeoutMs: number; maxBytes: number; signal?: AbortSignal; inputSchema?: Record<string, unknown> };

/**
 * Calls a tool of a connected server. The answer is accepted as it is: an output schema that doesn't match discards nothing,
 * resources are kept, failures inside a success are failures, and tables become rows. `text` is the complete answer.
 */
export async function callTool(
  connection: Connection,
  tool: string,
  args: Record<string, unknown>,
  limits: CallLimits,
): Promise<CallResult> {
  const start = performance.now();
  const answer = await sendCall(connection, tool, args, limits);
  const texts = answer.content.map(partText);
  const value = jsonOf(texts) ?? answer.structuredContent;
  const ok = answer.isError !== true && !isInBandFailure(value, texts);
  const structured = ok ? structuredAnswer(value, texts) : asRecord(value);
  const text = texts.length > 0 || value === undefined ? texts.join('\n') : JSON.stringify(value);
  const capped = cappedResult({ ok, text, structured }, limits.maxBytes, Math.round(performance.now() - start));
  const isCut = ok && (hasMore(structured) || fillsLimit(args, structured) || (value === undefined && saysMore(texts)));
  return { ...capped, truncated: capped.truncated || isCut };
}

/** The same for a server of our own, whose answers have the form that they should have. */
export async function callOwnTool(
  connection: Connection,
  tool: string,
  args: Record<string, unknown>,
  limits: CallLimits,
): Promise<CallResult> {
  const start = performance.now();
  const answer = await sendCall(connection, tool, args, limits);
  const plain: Answer = {
    ok: answer.isError !== true,
    text: answer.content.map(partText).join('\n'),
    structured: asRecord(answer.structuredContent),
  };
  return cappedResult(plain, limits.maxBytes, Math.round(performance.now() - start));
}

/** `toolDefinition` without an output schema: nothing is checked against one. */
function sendCall(
  { client }: Connection,
  tool: string,
  args: Record<string, unknown>,
  { signal, timeoutMs, inputSchema }: CallLimits,
): Promise<CallToolResult> {
  return client.callTool(
    { name: tool, arguments: args },
    {
      timeout: timeoutMs,
      ...(signal ? { signal } : {}),
      toolDefinition: { name: tool, inputSchema: { type: 'object', ...inputSchema } },
    },
  );
}

const asRecord = (value: unknown): Record<string, unknown> | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
