/**
 * A child process of the server: does one job at a time for it, over IPC. Kept apart so that a file or a query that takes
 * DuckDB down, or will not end, costs this process and not the server.
 */
import { errorMessage } from '../../errors/app-error';
import { type Digest, type DigestTask, digestOf } from './find-copies';
import { type IndexJob, indexSegment } from './index-segment';
import type { Manifest } from './manifest';
import { type Peek, peekFile } from './peek-file';
import { parseSql, type QueryJob, type QueryTable, runQuery } from './run-query';
import type { LogFile } from './scan-files';

export type Jobs = {
  peek: { input: { files: LogFile[] }; output: Peek[] };
  digest: { input: { tasks: DigestTask[] }; output: (Digest | null)[] };
  index: { input: IndexJob; output: Manifest };
  parse: { input: { sql: string }; output: unknown };
  query: { input: QueryJob; output: QueryTable };
};
export type JobKind = keyof Jobs;
export type Request =
  | { [K in JobKind]: { id: number; kind: K; input: Jobs[K]['input'] } }[JobKind]
  | { id: number; kind: 'cancel' };
export type Reply = { id: number; ok: true; output: unknown } | { id: number; ok: false; message: string };

const running = new Map<number, AbortController>();

process.on('message', (message: Request) => {
  if (message.kind === 'cancel') running.get(message.id)?.abort();
  else void serve(message);
});
process.send?.({ id: 0, ok: true, output: null } satisfies Reply); // up: a job's time starts now
process.on('disconnect', () => process.exit(0)); // the server is gone, however it ended
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {}); // a Ctrl-C reaches the server, which ends us

async function serve(request: Exclude<Request, { kind: 'cancel' }>): Promise<void> {
  const controller = new AbortController();
  running.set(request.id, controller);
  let reply: Reply;
  try {
    reply = { id: request.id, ok: true, output: await perform(request, controller.signal) };
  } catch (error) {
    reply = { id: request.id, ok: false, message: errorMessage(error) };
  }
  running.delete(request.id);
  process.send?.(reply);
}

function perform(request: Exclude<Request, { kind: 'cancel' }>, signal: AbortSignal): Promise<unknown> {
  switch (request.kind) {
    case 'peek':
      return Promise.all(request.input.files.map(peekFile));
    case 'digest':
      return Promise.all(request.input.tasks.map(digestOf));
    case 'index':
      return indexSegment(request.input);
    case 'parse':
      return parseSql(request.input.sql);
    case 'query':
      return runQuery(request.input, signal);
  }
}
