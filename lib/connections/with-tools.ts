import { db } from '../db/client';
import { AppError } from '../errors/app-error';
import { callTool } from './call-tool';
import { isCut } from './capped-result';
import type { Connection } from './connection';
import { listTools } from './list-tools';
import { type ConnectionRow, openConnection } from './open-connection';
import { recordTools } from './record-tools';
import type { ToolClass } from './schema';

const MAX_BYTES = 20_000_000;

/** Calls a tool; throws when it failed. */
export type CallAllowed = (tool: string, args: Record<string, unknown>) => Promise<Record<string, unknown> | null>;

/**
 * Opens a connection for Socdown's own calls, checks that these tools have the class that they need and are as an admin confirmed
 * them, and passes their calls to `use`. `timeoutMs`: of each call.
 * @throws AppError unprocessable for a tool that isn't allowed; as openConnection
 */
export async function withTools<T>(
  row: ConnectionRow,
  needs: Partial<Record<ToolClass, string[]>>,
  timeoutMs: number,
  use: (call: CallAllowed) => Promise<T>,
): Promise<T> {
  const connection = await openConnection(row);
  try {
    await recordTools(row.id, await listTools(connection));
    await checkTools(row.id, needs);
    return await use(caller(connection, timeoutMs));
  } finally {
    await connection.close().catch(() => {});
  }
}

/** A tool that Socdown calls by itself obeys its class and confirmed definition as every tool. */
async function checkTools(connectionId: string, needs: Partial<Record<ToolClass, string[]>>): Promise<void> {
  const rows = await db().connectionTool.findMany({ where: { connectionId } });
  for (const [toolClass, names] of Object.entries(needs)) {
    const missing = names.filter(
      (name) => !rows.some((tool) => tool.name === name && tool.class === toolClass && isAsConfirmed(tool)),
    );
    if (missing.length > 0)
      throw new AppError(
        'unprocessable',
        `${missing.join(', ')} must be allowed: set the class to ${toolClass} in Settings.`,
      );
  }
}

const isAsConfirmed = ({ pinnedHash, seenHash }: { pinnedHash: string | null; seenHash: string | null }): boolean =>
  seenHash !== null && seenHash === pinnedHash;

function caller(connection: Connection, timeoutMs: number): CallAllowed {
  return async (tool, args) => {
    const result = await callTool(connection, tool, args, { timeoutMs, maxBytes: MAX_BYTES });
    if (!result.ok) throw new ToolFailure(tool, result.text.slice(0, 300));
    // Cut by our limits: the rows that are left are not all.
    if (result.structured === null && isCut(result.text))
      throw new Error(`${tool} returned an answer that is too large.`);
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
