import { runAgent } from '../agent/run-agent';
import { SYSTEM } from '../auth/guard';
import { closeServers } from '../connections';
import { pool } from '../db/client';
import { workOnEvaluations } from '../evaluation/work';
import { FACT_CHECK } from '../investigations/live-runs';
import { FACT_CHECKS, openQueue, PUBLICATION, RUNS } from '../jobs/queue';
import { log } from '../log/log';
import { queueNotifications } from '../notifications/queue-notifications';
import { sendNotifications } from '../notifications/send-notifications';
import { pollDue } from '../polling/poll-due';
import { applyRetention } from '../retention/apply';
import { countFindings } from '../reviews/count-findings';
import { packStore } from '../store/pack-store';
import { publishPending } from '../store/publish';
import { publishMethodChanges } from '../store/publish-method';
import { publishWeeklyReports } from '../store/publish-weekly';
import { followRemote } from '../store/sync-remote';
import { makeWeeklyWhenDue } from '../weekly/make-weekly';
import { sendWriteBacks } from '../write-back/send';

export type Worker = {
  /** Gives running runs back (another worker, or the next start, continues with them) and ends. */
  stop(): Promise<void>;
};

export type WorkerOptions = {
  /** Runs at the same time. */
  concurrency?: number;
  /** How often runs without a living worker are looked for, in ms. */
  sweepMs?: number;
  /** How often the outbox is looked at without being told, in ms. */
  publishMs?: number;
};

/** With the lease's length: how long a run whose worker was killed lies still at most. */
export const SWEEP_MS = 5_000;

/**
 * Does runs and publications. A run comes from the queue, or is found: its worker's lease ran out (killed, cut off),
 * its waiting time is over, or its job was lost.
 */
export async function startWorker(options: WorkerOptions = {}): Promise<Worker> {
  const { concurrency = 2, sweepMs = SWEEP_MS, publishMs = 30_000 } = options;
  const stopping = new AbortController();
  const runs = runSlots({ concurrency, kinds: 'kind <> $2' }, stopping.signal);
  const factChecks = runSlots({ concurrency: 1, kinds: 'kind = $2' }, stopping.signal);
  const publish = once(publishAll);
  const tasks = [
    { task: once(runs.sweep), every: sweepMs },
    { task: once(factChecks.sweep), every: sweepMs },
    { task: publish, every: publishMs },
    { task: once(notify), every: NOTIFY_MS },
    { task: once(tidy), every: PACK_MS },
    { task: once(() => workOnEvaluations(stopping.signal)), every: EVALUATE_MS },
    { task: once(() => pollDue(stopping.signal)), every: POLL_MS },
    { task: once(() => sendWriteBacks(stopping.signal)), every: WRITE_BACK_MS },
    { task: once(makeWeeklyWhenDue), every: REPORT_MS },
    { task: once(countFindings), every: COUNT_MS },
  ];

  const boss = await openQueue('worker');
  for (const [queue, slots] of [[RUNS, runs] as const, [FACT_CHECKS, factChecks] as const])
    await boss.work<{ runId: string }>(
      queue,
      { localConcurrency: slots.concurrency, pollingIntervalSeconds: 0.5 },
      async ([job]) => {
        if (job) await slots.takeJob(job.data.runId);
      },
    );
  await boss.work(PUBLICATION, { pollingIntervalSeconds: 0.5 }, publish);
  const timers = tasks.map(({ task, every }) => setInterval(task, every));
  const unfollow = followRemote();
  void tasks[0]?.task();
  void publish();

  let ended: Promise<void> | undefined;
  return {
    stop() {
      ended ??= (async () => {
        for (const timer of timers) clearInterval(timer);
        stopping.abort(new Error('The worker is stopping.'));
        await Promise.all([runs.idle(), factChecks.idle()]);
        for (const { task } of tasks) await task.idle();
        await unfollow();
        await boss.stop({ graceful: true, timeout: 5_000 });
        await closeServers();
      })();
      return ended;
    },
  };
}

type Slots = { concurrency: number; kinds: 'kind = $2' | 'kind <> $2' };

/** The runs of this process of some kinds, at most `concurrency`; each is given back when `signal` aborts. */
function runSlots({ concurrency, kinds }: Slots, signal: AbortSignal) {
  const running = new Map<string, Promise<unknown>>();
  const take = (runId: string): Promise<unknown> => {
    const already = running.get(runId);
    if (already) return already;
    const work = runAgent(runId, { signal })
      .catch((error) => log.error({ err: error, runId }, 'run interrupted'))
      .finally(() => running.delete(runId));
    running.set(runId, work);
    return work;
  };
  return {
    concurrency,
    /** A run that the sweep took fills a slot too; the run is in the table, so its job may end unserved. */
    async takeJob(runId: string): Promise<void> {
      if (running.size < concurrency || running.has(runId)) await take(runId);
    },
    async sweep(): Promise<void> {
      const free = concurrency - running.size;
      if (free <= 0 || signal.aborted) return;
      const { rows } = await pool().query<{ id: string }>(abandoned(kinds), [free, FACT_CHECK]);
      for (const { id } of rows) void take(id);
    },
    idle: () => Promise.allSettled(running.values()),
  };
}

async function publishAll(): Promise<void> {
  const counts = [await publishPending(), await publishMethodChanges(), await publishWeeklyReports()];
  const [published, failed] = [
    counts.reduce((n, one) => n + one.published, 0),
    counts.reduce((n, one) => n + one.failed, 0),
  ];
  if (published || failed) log.info({ published, failed }, 'publication');
}

async function notify(): Promise<void> {
  await queueNotifications();
  await sendNotifications();
}

async function tidy(): Promise<void> {
  if ((await packStore(SYSTEM)) === 'packed') log.info('the store was packed');
  await applyRetention();
}

/** How often it is asked whether a person has started an evaluation. */
const EVALUATE_MS = 3_000;
/** How often it is asked whether alerts are to be fetched. */
const POLL_MS = 10_000;
/** How often it is asked whether a person has confirmed a write-back. */
const WRITE_BACK_MS = 5_000;
/** How often it is asked whether a revision was submitted whose findings nobody has counted. */
const COUNT_MS = 5_000;
/** How often it is asked whether it is the day of the weekly report. */
const REPORT_MS = 600_000;
/** How often it is asked whether the store has grown enough to be packed. */
const PACK_MS = 3_600_000;
/** How often it is looked for what people are to be told. */
const NOTIFY_MS = 20_000;

/** Live runs that nobody holds. A queued one is left to its job for a moment, unless that was lost or ended unserved. */
const abandoned = (kinds: Slots['kinds']): string => `
  SELECT id FROM runs
  WHERE ${kinds} AND status IN ('queued', 'running', 'waiting')
    AND (lease_until <= now() OR (lease_until IS NULL AND created_at < now() - interval '5 seconds'))
  ORDER BY created_at LIMIT $1`;

/** Never twice at the same time in this process, and never throwing: it comes again. */
function once(task: () => Promise<unknown>): (() => Promise<void>) & { idle(): Promise<void> } {
  let current: Promise<void> | undefined;
  const run = async () => {
    current ??= task()
      .then(() => {})
      .catch((error) => log.warn({ err: error }, 'worker task'))
      .finally(() => {
        current = undefined;
      });
    await current;
  };
  return Object.assign(run, { idle: async () => current });
}
