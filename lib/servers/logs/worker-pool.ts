import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { AppError } from '../../errors/app-error';
import type { JobKind, Jobs, Reply } from './worker';

type Waiting = { resolve(output: unknown): void; reject(error: Error): void };
type Worker = {
  child: ChildProcess;
  current: (Waiting & { id: number }) | undefined;
  idle: NodeJS.Timeout | undefined;
};
type RunOptions = { signal?: AbortSignal; timeoutMs?: number };

/** A worker's own failure in a job (not its end): the message is the job's error. */
export class JobError extends Error {}

const IDLE_MS = 30_000;
/** After an interrupt DuckDB has this long to stop before its process is ended. */
const GRACE_MS = 2000;

/** At most `size` child processes, each doing one job at a time; started when needed, ended when idle. */
export class WorkerPool {
  readonly #size: number;
  readonly #workers = new Set<Worker>();
  readonly #queue: (() => void)[] = [];
  #nextId = 1;
  #closed = false;

  constructor(size: number) {
    this.#size = size;
  }

  /**
   * @throws JobError with the job's own message; AppError when it ran out of time (the job is interrupted, then killed),
   * was cancelled, or took its process down.
   */
  async run<K extends JobKind>(kind: K, input: Jobs[K]['input'], options: RunOptions = {}): Promise<Jobs[K]['output']> {
    const worker = await this.#acquire(options.signal);
    const id = this.#nextId++;
    let timer: NodeJS.Timeout | undefined;
    let stopped: AppError | undefined;
    const stop = (reason: AppError): void => {
      if (stopped) return;
      stopped = reason;
      worker.child.send({ id, kind: 'cancel' }, () => {});
      timer = setTimeout(() => worker.child.kill('SIGKILL'), GRACE_MS);
    };
    const onAbort = (): void => stop(new AppError('bad_request', 'Cancelled.'));
    options.signal?.addEventListener('abort', onAbort);
    if (options.timeoutMs !== undefined) {
      const seconds = options.timeoutMs / 1000;
      timer = setTimeout(() => {
        stop(
          new AppError(
            'unprocessable',
            `The query did not finish in ${seconds} s and was stopped. Narrow the time range, filter earlier, or aggregate less.`,
          ),
        );
      }, options.timeoutMs);
    }
    try {
      const output = await new Promise<unknown>((resolve, reject) => {
        worker.current = { id, resolve, reject };
        worker.child.send({ id, kind, input }, (error) => error && reject(error));
      });
      if (stopped) throw stopped;
      return output as Jobs[K]['output']; // the worker answers job `kind` with its output; both sides share the Jobs table
    } catch (error) {
      throw stopped ?? error;
    } finally {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', onAbort);
      this.#release(worker);
    }
  }

  /** Ends all workers and waits until they are gone. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(
      [...this.#workers].map((worker) => {
        const gone = new Promise<void>((resolve) => worker.child.once('exit', () => resolve()));
        worker.child.kill('SIGKILL');
        return gone;
      }),
    );
  }

  async #acquire(signal: AbortSignal | undefined): Promise<Worker> {
    for (;;) {
      if (this.#closed) throw new AppError('unavailable', 'The log server is shutting down.');
      if (signal?.aborted) throw new AppError('bad_request', 'Cancelled.');
      for (const worker of this.#workers) {
        if (worker.current || worker.idle === undefined) continue;
        clearTimeout(worker.idle);
        worker.idle = undefined;
        return worker;
      }
      if (this.#workers.size < this.#size) return this.#spawn();
      await new Promise<void>((resolve) => {
        this.#queue.push(resolve);
        signal?.addEventListener('abort', () => resolve(), { once: true });
      });
    }
  }

  #release(worker: Worker): void {
    worker.current = undefined;
    if (this.#workers.has(worker)) {
      worker.idle = setTimeout(() => this.#end(worker), IDLE_MS);
      worker.idle.unref();
    }
    this.#queue.shift()?.();
  }

  #end(worker: Worker): void {
    this.#workers.delete(worker);
    worker.child.kill('SIGKILL');
  }

  #spawn(): Worker {
    // stdout belongs to the protocol of the server: a worker's goes to stderr.
    const child = fork(fileURLToPath(new URL('./worker.ts', import.meta.url)), [], {
      stdio: ['ignore', 2, 2, 'ipc'],
      serialization: 'advanced',
    });
    const worker: Worker = { child, current: undefined, idle: undefined };
    this.#workers.add(worker);
    child.on('message', (reply: Reply) => {
      if (worker.current?.id !== reply.id) return;
      if (reply.ok) worker.current.resolve(reply.output);
      else worker.current.reject(new JobError(reply.message));
    });
    const gone = (what: string): void => {
      this.#workers.delete(worker);
      clearTimeout(worker.idle);
      worker.current?.reject(
        new AppError(
          'unprocessable',
          `The log server's worker ended during this request (${what}); it used too much memory or failed. Ask for less at once.`,
        ),
      );
      this.#queue.shift()?.();
    };
    child.on('error', (error) => gone(error.message));
    child.on('exit', (code, signal) => gone(signal ?? `exit code ${code}`));
    return worker;
  }
}
