import { errorMessage } from '../../errors/app-error';
import { log } from '../../log/log';
import { type Digest, type DigestTask, findCopies } from './find-copies';
import type { PeekedFile } from './group-sources';
import { fileId } from './manifest';
import type { Peek } from './peek-file';
import type { LogFile, Skipped } from './scan-files';
import type { WorkerPool } from './worker-pool';

const BATCH = 40;
const TIMEOUT_MS = 120_000;
const COPY = 'a copy of another file, whose rows are counted once';
const BEGINNING = 'the beginning of another file, whose rows are counted once';

/** What the beginnings of files say, looked at once per change. */
export class Peeks {
  readonly #pool: WorkerPool;
  readonly #known = new Map<string, Peek>();
  readonly #digests = new Map<string, Digest | null>();

  constructor(pool: WorkerPool) {
    this.#pool = pool;
  }

  /** The files that hold a record of their own; the others are added to `skipped` with the first reason. */
  async of(files: LogFile[], skipped: Skipped[]): Promise<PeekedFile[]> {
    const unknown = files.filter((file) => !this.#known.has(fileId(file)));
    await Promise.all(inBatches(unknown).map((batch) => this.#peek(batch)));
    const current = new Set(files.map(fileId));
    for (const id of this.#known.keys()) if (!current.has(id)) this.#known.delete(id);
    for (const id of this.#digests.keys()) if (!current.has(id.split('\n')[0] ?? '')) this.#digests.delete(id);
    const peeked = files.flatMap((file): PeekedFile[] => {
      const peek = this.#known.get(fileId(file));
      if (!peek) return [];
      if (peek.records > 0) return [{ ...file, peek }];
      skipped.push({ file: file.name, reason: peek.problem ?? 'no records in it', gap: peek.problem !== null });
      return [];
    });
    const copies = await findCopies(peeked, (tasks) => this.#digestsOf(tasks));
    for (const { file, of, isBeginning } of copies)
      skipped.push({ file: file.name, reason: isBeginning ? BEGINNING : COPY, of: of.name, gap: false });
    const left = new Set(copies.map(({ file }) => file));
    return peeked.filter((file) => !left.has(file));
  }

  /** Null for a file that can't be read to its end in time: it counts as no copy. */
  async #digestsOf(tasks: DigestTask[]): Promise<(Digest | null)[]> {
    const idOf = ({ file, bytes }: DigestTask): string => `${fileId(file)}\n${bytes ?? ''}`;
    const unknown = tasks.filter((task) => !this.#digests.has(idOf(task)));
    await Promise.all(
      inBatches(unknown).map(async (batch) => {
        const plain = batch.map(({ file: { path, name, size, mtimeMs }, bytes }) => ({
          file: { path, name, size, mtimeMs },
          bytes,
        }));
        const digests = await this.#pool.run('digest', { tasks: plain }, { timeoutMs: TIMEOUT_MS }).catch(() => []);
        for (const [index, task] of batch.entries()) this.#digests.set(idOf(task), digests[index] ?? null);
      }),
    );
    return tasks.map((task) => this.#digests.get(idOf(task)) ?? null);
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
            start: null,
            opening: null,
          }),
        );
      });
    for (const [index, peek] of peeks.entries()) {
      const file = batch[index];
      if (file) this.#known.set(fileId(file), peek);
    }
  }
}

function inBatches<T>(items: T[]): T[][] {
  const batches: T[][] = [];
  for (let at = 0; at < items.length; at += BATCH) batches.push(items.slice(at, at + BATCH));
  return batches;
}
