import { type ChildProcess, fork } from 'node:child_process';
import { programFile } from '../../env/program-file';
import { AppError } from '../../errors/app-error';
import type { JobKind, Jobs, Reply } from './worker';

type Settlement = { resolve(output: unknown): void; reject(error: Error): void };
type Worker = {
  child: ChildProcess;
  /** Settles when the process is up, or is gone before that. */
  ready: Promise<void>;
  /** The job it does; null while it is being given one, undefined when idle. */
  current: (Settlement & { id: number }) | null | undefined;
  idle: NodeJS.Timeout | undefined;
};
type RunOptions = { signal?: AbortSignal; timeoutMs?: number };

/** A worker's own failure in a job (not its end): the message is the job's error. */
export class JobError extends Error {}

const IDLE_MS = 60_000;
/** After an interrupt DuckDB has this long to stop before its process is ended. */
const GRACE_MS = 2000;
const CLOSE_MS = 2000;

/**
 * Child processes that do one job at a time each; started when needed, ended when idle. At most `background` of them read
 * files (peek, index), so that one is always there for questions.
 */
export class WorkerPool {
  readonly #size: { all: number; background: number };
  readonly #workers = new Set<Worker>();
  readonly #waiting = new Set<() => void>();
  #inBackground = 0;
  #nextId = 1;
  #closed = false;

  constructor(questions: number, background: number) {
    this.#size = { all: questions + background, background };
  }

  /**
   * `timeoutMs` counts from when a worker has the job.
   * @throws JobError with the job's own message; AppError when it ran out of time (the job is interrupted, then killed),
   * was cancelled, or took its process down.
   */
  async run<K extends JobKind>(kind: K, input: Jobs[K]['input'], options: RunOptions = {}): Promise<Jobs[K]['output']> {
    const background = kind === 'peek' || kind === 'index';
    const worker = await this.#acquire(background, options.signal);
    try {
      await worker.ready;
      return await this.#perform(worker, kind, input, options);
    } finally {
      this.#release(worker, background);
    }
  }

  /** Ends all workers and waits until they are gone. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#wake();
    const gone = [...this.#workers].map(({ child }) => {
      const exit = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      child.kill('SIGKILL');
      return exit;
    });
    await Promise.race([Promise.all(gone), new Promise((resolve) => setTimeout(resolve, CLOSE_MS))]);
  }

  async #perform<K extends JobKind>(
    worker: Worker,
    kind: K,
    input: Jobs[K]['input'],
    { signal, timeoutMs }: RunOptions,
  ): Promise<Jobs[K]['output']> {
    const id = this.#nextId++;
    const timers: NodeJS.Timeout[] = [];
    let stopped: AppError | undefined;
    const stop = (reason: AppError): void => {
      if (stopped) return;
      stopped = reason;
      worker.child.send({ id, kind: 'cancel' }, () => {});
      timers.push(setTimeout(() => worker.child.kill('SIGKILL'), GRACE_MS));
    };
    const onAbort = (): void => stop(new AppError('bad_request', 'Cancelled.'));
    signal?.addEventListener('abort', onAbort);
    if (timeoutMs !== undefined) timers.push(setTimeout(() => stop(tooSlow(timeoutMs)), timeoutMs));
    try {
      const output = await new Promise<unknown>((resolve, reject) => {
        worker.current = { id, resolve, reject };
        worker.child.send({ id, kind, input }, (error) => error && reject(error));
        if (signal?.aborted) onAbort();
      });
      if (stopped) throw stopped;
      return output as Jobs[K]['output']; // the worker answers job `kind` with its output; both sides share the Jobs table
    } catch (error) {
      throw stopped ?? error;
    } finally {
      for (const timer of timers) clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    }
  }

  async #acquire(background: boolean, signal: AbortSignal | undefined): Promise<Worker> {
    for (;;) {
      if (this.#closed) throw new AppError('unavailable', 'The log server is shutting down.');
      if (signal?.aborted) throw new AppError('bad_request', 'Cancelled.');
      if (!background || this.#inBackground < this.#size.background) {
        const worker = this.#idleWorker() ?? (this.#workers.size < this.#size.all ? this.#spawn() : undefined);
        if (worker) {
          if (background) this.#inBackground += 1;
          return worker;
        }
      }
      await this.#turn(signal);
    }
  }

  /** Until something changed or the signal was aborted. A call may wait for many turns: none leaves a listener behind. */
  async #turn(signal: AbortSignal | undefined): Promise<void> {
    let go = () => {};
    const turn = new Promise<void>((resolve) => {
      go = resolve;
    });
    this.#waiting.add(go);
    signal?.addEventListener('abort', go);
    await turn;
    signal?.removeEventListener('abort', go);
    this.#waiting.delete(go);
  }

  #idleWorker(): Worker | undefined {
    for (const worker of this.#workers) {
      if (worker.current !== undefined) continue;
      clearTimeout(worker.idle);
      worker.current = null;
      return worker;
    }
    return undefined;
  }

  #release(worker: Worker, background: boolean): void {
    if (background) this.#inBackground -= 1;
    if (this.#workers.has(worker)) this.#rest(worker);
    this.#wake();
  }

  #rest(worker: Worker): void {
    worker.current = undefined;
    worker.idle = setTimeout(() => {
      this.#workers.delete(worker);
      worker.child.kill('SIGKILL');
    }, IDLE_MS);
    worker.idle.unref();
  }

  /** All look again; the few that wait here make an order among them not worth its code. */
  #wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resolve of waiting) resolve();
  }

  #spawn(): Worker {
    // stdout belongs to the protocol of the server: a worker's goes to stderr.
    const child = fork(programFile('lib/servers/logs/worker.ts'), [], {
      stdio: ['ignore', 2, 2, 'ipc'],
      serialization: 'advanced',
      // glibc keeps what each thread freed for itself: with two of its heaps a reader's peak is a fifth lower.
      env: { MALLOC_ARENA_MAX: '2', ...process.env },
    });
    const ready = new Promise<void>((resolve) => {
      child.once('message', () => resolve());
      child.once('exit', () => resolve()); // the job then fails, because its message can't be sent
      child.once('error', () => resolve());
    });
    const worker: Worker = { child, ready, current: null, idle: undefined };
    this.#workers.add(worker);
    child.on('message', (reply: Reply) => {
      if (!worker.current || worker.current.id !== reply.id) return;
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
      this.#wake();
    };
    child.on('error', (error) => gone(error.message));
    child.on('exit', (code, signal) => gone(signal ?? `exit code ${code}`));
    return worker;
  }
}

function tooSlow(timeoutMs: number): AppError {
  return new AppError(
    'unprocessable',
    `The query did not finish in ${timeoutMs / 1000} s and was stopped. Narrow the time range, filter earlier, or aggregate less.`,
  );
}
