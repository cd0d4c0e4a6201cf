import { callTool } from '../connections/call-tool';
import type { Connection } from '../connections/connection';
import { listTools } from '../connections/list-tools';
import { type ConnectionRow, openConnection } from '../connections/open-connection';
import { recordTools } from '../connections/record-tools';
import { db } from '../db/client';
import { AppError } from '../errors/app-error';
import type { CallFeed } from './feeds';

const MAX_BYTES = 20_000_000;

/**
 * Opens a connection, checks that these tools are allowed as reads and are as an admin confirmed them, and passes their calls to
 * `use`. `timeoutMs`: of each call.
 * @throws AppError unprocessable for a tool that isn't allowed; as openConnection
 */
export async function withFeed<T>(
  row: ConnectionRow,
  tools: string[],
  timeoutMs: number,
  use: (call: CallFeed) => Promise<T>,
): Promise<T> {
  const connection = await openConnection(row);
  try {
    await recordTools(row.id, await listTools(connection));
    await checkTools(row.id, tools);
    return await use(caller(connection, timeoutMs));
  } finally {
    await connection.close().catch(() => {});
  }
}

/** A tool of a feed obeys the class and the confirmed definition as every tool. */
async function checkTools(connectionId: string, tools: string[]): Promise<void> {
  const rows = await db().connectionTool.findMany({ where: { connectionId, name: { in: tools } } });
  const allowed = rows.filter((tool) => tool.class === 'read' && tool.pinnedHash === tool.seenHash && tool.seenHash);
  const missing = tools.filter((name) => !allowed.some((tool) => tool.name === name));
  if (missing.length > 0)
    throw new AppError('unprocessable', `${missing.join(', ')} must be allowed: set the class to read in Settings.`);
}

function caller(connection: Connection, timeoutMs: number): CallFeed {
  return async (tool, args) => {
    const result = await callTool(connection, tool, args, { timeoutMs, maxBytes: MAX_BYTES });
    if (!result.ok) throw new ToolFailure(tool, result.text.slice(0, 300));
    // Cut by our limits: the rows that are left are not all.
    if (result.structured === null && result.truncated) throw new Error(`${tool} gave an answer that is too large.`);
    return result.structured;
  };
}

/** What a tool itself said of its failure; the connection works. `answer`: outside text. */
export class ToolFailure extends Error {
  readonly answer: string;

  constructor(tool: string, answer: string) {
    super(`${tool} failed: ${answer}`);
    this.name = 'ToolFailure';
    this.answer = answer;
  }
}
