import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, vi } from 'vitest';
import { connectStdio } from '../../connections/connect-stdio';
import type { Connection } from '../../connections/connection';
import { programFile } from '../../env/program-file';

// Each server is three processes to start, on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const PROGRAM = programFile('lib/servers/logs/main.ts');

export type Table = {
  columns: { name: string; type: string }[];
  rows: unknown[][];
  rowCount: number;
  truncated: boolean;
  notes?: string[];
  gaps?: { kind: string; source: string | null; detail: string }[];
};

export type SourceSummary = {
  name: string;
  files: number;
  format: string;
  rows: number;
  timeField: string | null;
  from: string | null;
  to: string | null;
  unparsable: number;
  untimed?: number;
  notes?: string[];
  problems?: { file: string; line: number | null; message: string }[];
};

export type Listing = {
  sources: SourceSummary[];
  skipped?: { file: string; reason: string }[];
  ignored?: Record<string, string[]>;
};

export type LogsServer = {
  connection: Connection;
  /** The tool's structured answer. @throws Error with the tool's own message. */
  ask<T>(tool: string, args?: Record<string, unknown>): Promise<T>;
  query(sql: string, options?: { from?: string; to?: string; limit?: number }): Promise<Table>;
  sources(): Promise<Listing>;
};

/** The real server over stdio, on a folder and a cache. */
export async function startLogsServer(
  logsDir: string,
  cacheDir: string,
  settings: Record<string, string> = {},
): Promise<LogsServer> {
  const connection = await connectStdio('logs', PROGRAM, { LOGS_DIR: logsDir, LOGS_CACHE_DIR: cacheDir, ...settings });
  const ask = async <T>(tool: string, args: Record<string, unknown> = {}): Promise<T> => {
    const answer = await connection.client.callTool({ name: tool, arguments: args }, { timeout: 120_000 });
    const text = (answer.content as { text: string }[]).map((part) => part.text).join('\n'); // the server sends text only
    if (answer.isError) throw new Error(text);
    if (JSON.stringify(answer.structuredContent) !== text)
      throw new Error('the text differs from the structured content');
    return answer.structuredContent as T; // each test states the tool's documented shape
  };
  const range = { from: '2000-01-01T00:00:00Z', to: '2040-01-01T00:00:00Z' };
  return {
    connection,
    ask,
    query: (sql, options = {}) => ask<Table>('query', { sql, ...range, ...options }),
    sources: () => ask('list_sources'),
  };
}

/** Call at the top of a test file: a folder of files, and one server over it, both gone afterwards. */
export function testLogs(
  files: Record<string, string | Buffer>,
  settings: Record<string, string> = {},
  prepare: (dir: string) => Promise<void> = async () => {},
) {
  const state = { dir: '', cache: '', server: undefined as LogsServer | undefined };
  beforeAll(async () => {
    const root = fs.mkdtempSync(path.join(os.tmpdir(), 'socdown-logs-'));
    state.dir = path.join(root, 'logs');
    state.cache = path.join(root, 'cache');
    fs.mkdirSync(state.dir);
    for (const [name, content] of Object.entries(files)) writeLog(state.dir, name, content);
    await prepare(state.dir);
    state.server = await startLogsServer(state.dir, state.cache, settings);
  });
  afterAll(async () => {
    await state.server?.connection.close();
    fs.rmSync(path.dirname(state.dir), { recursive: true, force: true });
  });
  return {
    get dir() {
      return state.dir;
    },
    get cache() {
      return state.cache;
    },
    get server() {
      if (!state.server) throw new Error('not started');
      return state.server;
    },
  };
}

export function writeLog(dir: string, name: string, content: string | Buffer): void {
  const file = path.join(dir, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, content);
}
