import { errorMessage } from '../../errors/app-error';
import { log } from '../../log/log';
import type { PeekedFile } from './group-sources';
import { fileId } from './manifest';
import type { Peek } from './peek-file';
import type { LogFile, Skipped } from './scan-files';
import type { WorkerPool } from './worker-pool';

const BATCH = 40;
const TIMEOUT_MS = 120_000;

/** What the beginnings of files say, looked at once per change. */
export class Peeks {
  readonly #pool: WorkerPool;
  readonly #known = new Map<string, Peek>();

  constructor(pool: WorkerPool) {
    this.#pool = pool;
  }

  /** The files that hold a record; the others are added to `skipped` with the first reason. */
  async of(files: LogFile[], skipped: Skipped[]): Promise<PeekedFile[]> {
    const unknown = files.filter((file) => !this.#known.has(fileId(file)));
    const batches: LogFile[][] = [];
    for (let at = 0; at < unknown.length; at += BATCH) batches.push(unknown.slice(at, at + BATCH));
    await Promise.all(batches.map((batch) => this.#peek(batch)));
    const current = new Set(files.map(fileId));
    for (const id of this.#known.keys()) if (!current.has(id)) this.#known.delete(id);
    return files.flatMap((file) => {
      const peek = this.#known.get(fileId(file));
      if (!peek) return [];
      if (peek.records > 0) return [{ ...file, peek }];
      skipped.push({ file: file.name, reason: peek.problem ?? 'no records in it', gap: peek.problem !== null });
      return [];
    });
  }

  async #peek(batch: LogFile[]): Promise<void> {
    const peeks = await this.#pool
      .run('peek', { files: batch }, { timeoutMs: TIMEOUT_MS })
      .catch(async (error: unknown) => {
        log.warn({ error: errorMessage(error) }, 'looking at log files failed');
        if (batch.length > 1) {
          // One file may take the worker down: the others are looked at without it.
          for (const file of batch) await this.#peek([file]);
          return [];
        }
        const problem = `unreadable: ${errorMessage(error)}`;
        return batch.map(
          (): Peek => ({
            format: { id: 'text', timeField: null, logName: null },
            records: 0,
            keys: {},
            times: [],
            problem,
          }),
        );
      });
    for (const [index, peek] of peeks.entries()) {
      const file = batch[index];
      if (file) this.#known.set(fileId(file), peek);
    }
  }
}
