import { Worker } from 'node:worker_threads';
import { programFile } from '../env/program-file';
import { log } from '../log/log';
import type { CheckFinding } from './finding';
import { finding, presentFinding } from './messages';
import type { CheckJob, CheckReply } from './worker';

/** Threads that check at the same time; others wait. */
const THREADS = 2;
/** A check takes about a second; a busy machine is no reason to give up on it. */
const TIME_LIMIT_MS = 60_000;
const MEMORY_MB = 768;

type Waiting = { job: CheckJob; limitMs: number; done: (findings: CheckFinding[]) => void };

const idle: Worker[] = [];
const waiting: Waiting[] = [];
let busy = 0;

/**
 * The findings of a text, made in a thread with a time limit. A text that takes longer, or needs too much memory, has one error
 * that says that it was not checked. Never rejects.
 */
export function runChecks(
  job: CheckJob,
  { limitMs = TIME_LIMIT_MS }: { limitMs?: number } = {},
): Promise<CheckFinding[]> {
  return new Promise((done) => {
    waiting.push({ job, limitMs, done });
    startNext();
  });
}

function startNext(): void {
  if (busy >= THREADS) return;
  const next = waiting.shift();
  if (!next) return;
  busy += 1;
  void checkInThread(next).then((findings) => {
    busy -= 1;
    next.done(findings);
    startNext();
  });
}

function checkInThread({ job, limitMs }: Waiting): Promise<CheckFinding[]> {
  const worker = idle.pop() ?? startWorker();
  worker.ref();
  return new Promise((resolve) => {
    const settle = (findings: CheckFinding[], keep: boolean) => {
      clearTimeout(timer);
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      worker.unref(); // an idle thread does not keep the process alive
      if (keep) idle.push(worker);
      else {
        worker.on('error', () => {}); // ended on purpose
        void worker.terminate();
      }
      resolve(findings);
    };
    const failed = (error: unknown, keep: boolean) => {
      log.error({ err: error }, 'checks failed');
      settle([notChecked('checks-failed', {})], keep);
    };
    const onMessage = (reply: CheckReply) => {
      if (reply.ok) settle(reply.findings, true);
      else failed(new Error(reply.message), true);
    };
    const onError = (error: unknown) => failed(error, false);
    const onExit = (code: number) => failed(new Error(`the thread ended with ${code}`), false);
    const timer = setTimeout(
      () => settle([notChecked('too-slow', { seconds: Math.ceil(limitMs / 1000) })], false),
      limitMs,
    );
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
    worker.postMessage(job);
  });
}

const startWorker = (): Worker =>
  new Worker(programFile('lib/checks/worker.ts'), { resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB } });

const AT_TOP = { line: 1, column: 1, endColumn: 2 };

const notChecked = (reason: 'too-slow' | 'checks-failed', data: { seconds?: number }): CheckFinding =>
  presentFinding(
    reason === 'too-slow'
      ? finding('not-checked', 'error', AT_TOP, reason, { seconds: data.seconds ?? 0 })
      : finding('not-checked', 'error', AT_TOP, reason, {}),
  );
