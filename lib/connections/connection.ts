import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { AppError, errorMessage } from '../errors/app-error';
import { log } from '../log/log';

export type Connection = {
  client: Client;
  /** False once the server's process, its pipe or its session is gone. */
  alive: () => boolean;
  /** Of a server that is a process. */
  pid: number | null;
  close: () => Promise<void>;
};

const START_MS = 30_000;

/**
 * Shakes hands with a server. We offer it nothing: no sampling, no elicitation, no roots; its `instructions` go nowhere.
 * @param clean takes what is secret out of an error's text
 * @throws AppError unavailable, naming the server.
 */
export async function shakeHands(
  name: string,
  transport: Transport & { pid?: number | null },
  clean: (text: string) => string = (text) => text,
): Promise<Connection> {
  const client = new Client({ name: 'socdown', version: '1.0.0' }, { capabilities: {} });
  let alive = true;
  client.onclose = () => {
    alive = false;
  };
  // Noise on stdout that is no JSON-RPC, a stream that broke: said in the log, the connection goes on.
  client.onerror = (error) =>
    log.warn({ server: name, message: clean(errorMessage(error)).slice(0, 300) }, 'MCP server');
  try {
    await client.connect(transport, { timeout: START_MS });
  } catch (error) {
    await client.close().catch(() => {});
    const why = clean(errorMessage(error)).slice(0, 300);
    throw new AppError('server_unreachable', `The ${name} server did not start: ${why}`, { cause: error });
  }
  return { client, alive: () => alive, pid: transport.pid ?? null, close: () => client.close() };
}
