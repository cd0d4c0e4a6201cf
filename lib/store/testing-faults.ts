import { AsyncLocalStorage } from 'node:async_hooks';
import fs from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';

/**
 * `before`: the step is never made; `half`: a file has half its bytes, a query was sent and its answer never read;
 * `refused`: an errno for it and for every later step that needs room.
 */
export type Moment = 'before' | 'half' | { refused: string };
/** `changes`: it leaves something else than the step before did; reads and fsyncs don't, for who is killed. `half`: it can be cut in the middle. */
export type Step = { name: string; half: boolean; changes: boolean; file: boolean };
type Life = {
  steps: Step[];
  fatal: number;
  moment: Moment;
  dead: boolean;
  clients: Set<pg.Client>;
  die: () => void;
};

const lives = new AsyncLocalStorage<Life>();
const never = new Promise<never>(() => {});
const READS = ['stat', 'readdir', 'readFile'];
const NEEDS_ROOM = ['open', 'writeFile', 'link', 'mkdir'];
const WRITES = ['open', 'rename', 'link', 'rm', 'unlink', 'mkdir'];

/**
 * Runs work whose files and database can be cut off at one step, as kill -9 does: from then on nothing that the work asks
 * for happens (no clean-up either) and its connections are gone. Every step is counted: each call that changes a file or
 * goes to the database. With step 0 nothing is cut off.
 * @returns the steps made, and whether the work came to its end.
 */
export async function runLife(
  fatal: number,
  moment: Moment,
  work: () => Promise<unknown>,
): Promise<{ steps: Step[]; ended: boolean }> {
  watch();
  let die = () => {};
  const death = new Promise<boolean>((resolve) => {
    die = () => resolve(false);
  });
  const life: Life = { steps: [], fatal, moment, dead: false, clients: new Set(), die };
  const whole = lives.run(life, () =>
    work().then(
      () => true,
      (error: unknown) => {
        if (life.dead) return death;
        throw error;
      },
    ),
  );
  const ended = await Promise.race([whole, death]);
  return { steps: life.steps, ended };
}

/** Locks tell whether their process lives; the process of these tests does. Makes those below a folder a dead one's. */
export async function disownLocks(gitdir: string): Promise<void> {
  for (const name of await fs.readdir(gitdir)) {
    if (!/^socdown-.*\.lock$/.test(name)) continue;
    const [word, host, boot, pid, , random] = name.split('-');
    await fs.rename(path.join(gitdir, name), path.join(gitdir, [word, host, boot, pid, '1', random].join('-')));
  }
}

let watching = false;
type Method = (...args: unknown[]) => unknown;

function watch(): void {
  if (watching) return;
  watching = true;
  const files = fs as unknown as Record<string, Method>; // the named ones are methods
  for (const name of WRITES) wrap(files, name, true, name === 'open' ? watchHandle : undefined);
  for (const name of READS) {
    const real = files[name] as Method;
    files[name] = (...args) => (lives.getStore()?.dead ? never : real.apply(fs, args));
  }
  wrap(pg.Client.prototype as unknown as Record<string, Method>, 'query', false);
}

/** The handle that open() gave: its writes are steps as well. */
function watchHandle(handle: unknown): unknown {
  const methods = handle as Record<string, Method>;
  for (const name of ['writeFile', 'sync', 'close']) wrap(methods, name, true);
  return handle;
}

function wrap(target: Record<string, Method>, name: string, file: boolean, then?: (result: unknown) => unknown): void {
  const real = target[name] as Method;
  target[name] = function (this: unknown, ...args: unknown[]) {
    const life = lives.getStore();
    if (!life) return real.apply(this, args);
    if (life.dead) {
      // A connection that came after the end: nobody is left to use it.
      if (this instanceof pg.Client) drop([this]);
      return never;
    }
    if (this instanceof pg.Client) life.clients.add(this);
    const changing = changes(name, args);
    // A statement inside a transaction leaves nothing either way; its COMMIT, and one that stands alone, may or may not hold.
    const half = changing && (name === 'writeFile' || /^\s*(?:commit|update outbox)/i.test(textOf(args[0])));
    life.steps.push({ name, half, changes: changing, file });
    if (typeof life.moment === 'object' && life.steps.length >= life.fatal && changing && NEEDS_ROOM.includes(name)) {
      const code = life.moment.refused;
      return Promise.reject(Object.assign(new Error(`${code}: ${name}`), { code }));
    }
    if (life.steps.length === life.fatal && typeof life.moment === 'string') {
      if (life.moment === 'half' && half) return halfway(life, this, real, name, args);
      end(life);
      return never;
    }
    const result = real.apply(this, args);
    return then && result instanceof Promise ? result.then(then) : result;
  };
}

function changes(name: string, args: unknown[]): boolean {
  if (name === 'query') return /^\s*(?:commit|update|insert|delete)/i.test(textOf(args[0]));
  return name === 'open' ? args[1] !== 'r' : name !== 'sync' && name !== 'close';
}

const textOf = (query: unknown): string =>
  typeof query === 'string' ? query : ((query as { text?: string } | undefined)?.text ?? '');

function halfway(life: Life, self: unknown, real: Method, name: string, args: unknown[]): Promise<never> {
  const write = name === 'writeFile' && typeof args[0] !== 'undefined';
  const bytes = write ? Buffer.from(args[0] as string | Uint8Array) : null; // what atomic-fs and branch hand over
  const made = bytes ? real.call(self, bytes.subarray(0, bytes.length >> 1)) : real.apply(self, args);
  const done = () => end(life);
  if (bytes && made instanceof Promise) {
    made.then(done, done);
  } else {
    if (made instanceof Promise) made.catch(() => {});
    done();
  }
  return never;
}

function end(life: Life): void {
  life.dead = true;
  drop([...life.clients]);
  setTimeout(life.die, 5);
}

function drop(gone: pg.Client[]): void {
  // No public way to either: the socket, and what the pool put on a client that it gave out.
  const clients = gone as unknown as {
    connection: { stream: { destroy(): void } };
    release?: (error: boolean) => void;
  }[];
  for (const client of clients) client.connection.stream.destroy();
  // Of what died in a transaction nobody is left to give the connection back, and the pool is the next life's too.
  setTimeout(() => {
    for (const client of clients) {
      try {
        client.release?.(true);
      } catch {
        // the pool noticed by itself
      }
    }
  }, 5);
}
