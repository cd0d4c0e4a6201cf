import path from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { AppError, errorMessage } from '../errors/app-error';
import { log } from '../log/log';

export type Connection = {
  client: Client;
  /** False once the server's process or its pipe is gone. */
  alive: () => boolean;
  pid: number | null;
  close: () => Promise<void>;
};

export const ROOT = path.resolve(import.meta.dirname, '../..');

const START_MS = 30_000;
/** An answer longer than this ends the connection: more than any cap lets through. */
const MAX_MESSAGE = 16 * 1024 * 1024;

/**
 * Starts a program that speaks MCP over stdio and shakes hands with it. It gets the settings named here and a bare
 * environment: no key and no secret of ours.
 * @throws AppError unavailable, naming the server.
 */
export async function connectStdio(
  name: string,
  script: string,
  settings: Record<string, string>,
): Promise<Connection> {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: ['--import', 'tsx', script],
    cwd: ROOT, // where tsx is found
    env: {
      PATH: process.env.PATH ?? '',
      HOME: process.env.HOME ?? '',
      LOG_LEVEL: process.env.LOG_LEVEL ?? 'warn',
      ...settings,
    },
    stderr: 'inherit',
    maxBufferSize: MAX_MESSAGE,
  });
  const client = new Client({ name: 'socdown', version: '1.0.0' });
  let alive = true;
  client.onclose = () => {
    alive = false;
  };
  // Noise on stdout that is no JSON-RPC: said in the log, the connection goes on.
  client.onerror = (error) => log.warn({ server: name, message: errorMessage(error).slice(0, 300) }, 'MCP server');
  try {
    await client.connect(transport, { timeout: START_MS });
  } catch (error) {
    await client.close().catch(() => {});
    throw new AppError('unavailable', `The ${name} server did not start.`, {
      logMessage: errorMessage(error),
      cause: error,
    });
  }
  return { client, alive: () => alive, pid: transport.pid, close: () => client.close() };
}
