import os from 'node:os';
import type { Readable } from 'node:stream';
import { ProtocolError } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { AppError } from '../errors/app-error';
import { log } from '../log/log';
import { type Connection, shakeHands } from './connection';
import { readLines } from './read-lines';

/** An answer longer than this ends the connection: more than any cap lets through. */
const MAX_MESSAGE = 16 * 1024 * 1024;
/** A first start fetches the program, and may fill caches, before it answers. */
const PROGRAM_START_MS = 300_000;
/** The revision without sessions: for a program that refuses the older handshake. */
const MODERN = '2026-07-28';

/**
 * Starts one of our own programs and connects to it over stdio. It gets the settings named here and a bare
 * environment: no key and no secret of ours.
 * @throws AppError unavailable, naming the server.
 */
export function connectStdio(name: string, script: string, settings: Record<string, string>): Promise<Connection> {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [script],
    env: { ...bareEnvironment(), LOG_LEVEL: process.env.LOG_LEVEL ?? 'warn', ...settings },
    stderr: 'inherit',
    maxBufferSize: MAX_MESSAGE,
  });
  return shakeHands(name, transport);
}

/**
 * Starts a program that an admin named, in an empty corner: the temporary folder, a bare environment and what the admin
 * gave it. What it says on stderr goes to our log with its secrets masked, and into the error when it doesn't start.
 * @throws AppError unavailable
 */
export async function connectProgram(
  name: string,
  program: { command: string; args: string[]; env: Record<string, string> },
  clean: (text: string) => string,
): Promise<Connection> {
  let said = '';
  const start = () => {
    const transport = new StdioClientTransport({
      command: program.command,
      args: program.args,
      cwd: os.tmpdir(),
      env: { ...bareEnvironment(), ...program.env },
      stderr: 'pipe',
      maxBufferSize: MAX_MESSAGE,
    });
    if (transport.stderr) {
      readLines(transport.stderr as Readable, (line) => {
        const text = clean(line).slice(0, 500);
        said = `${said}\n${text}`.slice(-600);
        log.info({ server: name, message: text }, 'MCP server says');
      });
    }
    return transport;
  };
  const how = { clean, startMs: PROGRAM_START_MS };
  try {
    // Without a probe, which would start each program twice: only one that refuses the handshake is asked in the newer form.
    return await shakeHands(name, start(), how).catch((error: unknown) => {
      if (!(error instanceof AppError && error.cause instanceof ProtocolError)) throw error;
      return shakeHands(name, start(), { ...how, mode: { pin: MODERN } });
    });
  } catch (error) {
    if (!(error instanceof AppError) || said === '') throw error;
    throw new AppError(error.reason, `${error.userMessage} It said: ${said.trim()}`, { cause: error });
  }
}

function bareEnvironment(): Record<string, string> {
  return { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '' };
}
