import { Worker } from 'node:worker_threads';
import { programFile } from '../env/program-file';
import type { CheckReply } from './arguments-thread';
import type { ToolInfo } from './schema';

/** Ample for a schema that ends at all, on a busy machine too. */
const CHECK_MS = 3_000;
const START_MS = 30_000;
const MAX_HEAP_MB = 128;

/** One thread per process, kept for the next check; gone after one that did not end. */
let thread: Promise<Worker> | undefined;
/** Checks one after another, so that each has the thread, and the time, for itself. */
let last: Promise<unknown> = Promise.resolve();
let nextId = 0;

/** What is wrong with the arguments of a call, for the model to fix; undefined when they fit the tool's own schema. */
export async function checkArguments(info: ToolInfo, args: Record<string, unknown>): Promise<string | undefined> {
  const name = `${info.server}.${info.tool}`;
  const check = last.then(() => checkInThread(info.inputSchema, args));
  last = check.catch(() => {});
  try {
    const problem = await check;
    return problem === null ? undefined : `The arguments of ${name} are invalid. ${problem}`;
  } catch {
    return `${name} was not called: its schema can't be checked within ${CHECK_MS / 1000} s and ${MAX_HEAP_MB} MB. Ask an admin to refuse this tool, and use another one.`;
  }
}

async function checkInThread(schema: Record<string, unknown>, args: unknown): Promise<string | null> {
  thread ??= startThread();
  const worker = await thread.catch((error: unknown) => {
    thread = undefined;
    throw error;
  });
  nextId += 1;
  const id = nextId;
  worker.ref(); // until it has answered
  try {
    return await new Promise<string | null>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('too slow')), CHECK_MS);
      const settle = (act: () => void) => {
        clearTimeout(timer);
        worker.off('message', onMessage);
        worker.off('exit', onExit);
        act();
      };
      const onMessage = (reply: CheckReply) => reply.id === id && settle(() => resolve(reply.problem));
      const onExit = () => settle(() => reject(new Error('the thread ended')));
      worker.on('message', onMessage);
      worker.on('exit', onExit);
      worker.postMessage({ id, schema, args });
    });
  } catch (error) {
    thread = undefined;
    void worker.terminate();
    throw error;
  } finally {
    worker.unref();
  }
}

function startThread(): Promise<Worker> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(programFile('lib/connections/arguments-thread.ts'), {
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
      env: {}, // it needs nothing of ours
      stdin: false,
    });
    const timer = setTimeout(() => reject(new Error('the thread did not start')), START_MS);
    worker.once('message', () => {
      clearTimeout(timer);
      resolve(worker);
    });
    // Out of memory, or an error in a schema: the caller gets the exit.
    worker.on('error', (error) => reject(error));
  });
}
