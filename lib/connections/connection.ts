import {
  Client,
  InsufficientScopeError,
  type Transport,
  type VersionNegotiationMode,
} from '@modelcontextprotocol/client';
import { AppError, errorMessage } from '../errors/app-error';
import { log } from '../log/log';
import { connectFailure, missingScope } from './call-failure';

export type Connection = {
  client: Client;
  /** False once the server's process, its pipe or its session is gone. */
  alive: () => boolean;
  /** Of a server that is a process. */
  pid: number | null;
  close: () => Promise<void>;
};

type Handshake = {
  /** Takes what is secret out of an error's text. */
  clean?: (text: string) => string;
  /** Which protocol is offered: sessions (`legacy`), the one without them (`pin`), or whichever the server speaks (`auto`). */
  mode?: VersionNegotiationMode;
  /** How long the server may take to answer. */
  startMs?: number;
};

const START_MS = 30_000;

/**
 * Connects to a server. We offer it nothing: no sampling, no elicitation, no roots; its `instructions` go nowhere.
 * @throws AppError unavailable, naming the server.
 */
export async function shakeHands(
  name: string,
  transport: Transport & { pid?: number | null },
  { clean = (text) => text, mode = 'legacy', startMs = START_MS }: Handshake = {},
): Promise<Connection> {
  const client = new Client(
    { name: 'socdown', version: '1.0.0' },
    { capabilities: {}, versionNegotiation: { mode, probe: { timeoutMs: startMs } } },
  );
  let alive = true;
  client.onclose = () => {
    alive = false;
  };
  // Noise on stdout that is no JSON-RPC, a stream that broke: logged, the connection continues.
  client.onerror = (error) =>
    log.warn({ server: name, message: clean(errorMessage(error)).slice(0, 300) }, 'MCP server');
  try {
    await client.connect(transport, { timeout: startMs });
  } catch (error) {
    await client.close().catch(() => {});
    if (error instanceof AppError && error.reason.startsWith('sign_in')) throw error; // it says what to do
    if (error instanceof InsufficientScopeError)
      throw new AppError('sign_in_required', `${name}: ${missingScope(error)}`);
    const why = clean(connectFailure(error, startMs)).slice(0, 300);
    const what = 'pid' in transport ? `The ${name} server did not start` : `Can’t connect to ${name}`;
    throw new AppError('server_unreachable', `${what}: ${why}`, { cause: error });
  }
  return { client, alive: () => alive, pid: transport.pid ?? null, close: () => client.close() };
}
