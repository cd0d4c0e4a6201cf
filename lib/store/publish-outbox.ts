import { db, type Prisma, pool } from '../db/client';
import { AppError, errorMessage } from '../errors/app-error';
import { log } from '../log/log';
import { withSpan } from '../tracing/span';
import { type HeldStore, holdStore } from './hold-store';
import { commitFiles, ensureStoreLocked, findCommit, type NewCommit, readFileAt } from './repo';
import { storeDir } from './store-path';

/** A writer at work takes what was approved meanwhile along, so waiting for it longer gains nothing. */
const WAIT_MS = 5_000;
const MAX_BACKOFF_S = 300;
/** While the remote is away everything waits, and its return is to be noticed soon. */
const REMOTE_BACKOFF_S = 60;
/** One push for all that wait, but not for so many that a kill repeats much. */
const PUSH_EACH = 50;
/** Other hosts may push first each time; after so many attempts it is tried again later. */
const PUSH_ATTEMPTS = 5;

type Writes = Prisma.PrismaPromise<unknown>[];

/** What an order of the outbox comes to: a commit, and what the database notes once it is published. */
export type Publication = {
  commit: NewCommit;
  /** It can't have been committed before. */
  since: Date;
  /** Whether a message has the trailer that names this publication. */
  isNamedIn(message: string): boolean;
  /** Asked when it was not committed yet: what to note instead, if it must not be. */
  refusal?(): Promise<Writes | null>;
  record(commit: string): Writes;
};

/** Orders of one kind. Those with the same value of `inOrderBy` (a field of the payload) are carried out one after the other. */
export type OrderKind = {
  kind: string;
  /** The field of the payload that names what is committed. */
  key: string;
  inOrderBy: string;
  /** null: it is gone, and there is nothing to publish. @throws AppError when this one can't be published, whatever the store does */
  prepare(id: string): Promise<Publication | null>;
};

export type Published = { published: number; failed: number };
type Row = { outbox: string; attempts: number; id: string };
type Written = { row: Row; publication: Publication; commit: string };

/**
 * Turns the orders of one kind into commits, oldest first, one each. Any number of processes on any number of hosts may call it and
 * be killed at any moment: a commit that is there already is recognized by its trailer and only recorded. With a remote nothing is
 * recorded as published before the remote has acknowledged it. What fails is kept with the reason and tried again later (10 s,
 * doubling to 5 min).
 * @throws when the database fails
 */
export async function publishOutbox(orders: OrderKind): Promise<Published> {
  const counts = { published: 0, failed: 0 };
  if (!(await nextRow(orders, '0'))) return counts;
  try {
    await holdStore(WAIT_MS, async (store) => {
      for (let misses = 0; misses < PUSH_ATTEMPTS; ) {
        const batch = await writeBatch(orders, store, counts);
        if (batch.length === 0) return;
        const outcome = await publishBatch(orders.kind, batch, store, counts);
        if (outcome === 'away') return;
        misses = outcome === 'published' ? 0 : misses + 1;
      }
    });
  } catch (error) {
    // The remote could not be asked, so nothing was written.
    if (!(error instanceof AppError)) throw error;
    const row = await nextRow(orders, '0');
    if (row) await recordFailure(row, error, counts);
  }
  return counts;
}

/** Commits what is due, on this host. Ends early at the first that the store refuses: it may be away for the others too. */
async function writeBatch(orders: OrderKind, store: HeldStore, counts: Published): Promise<Written[]> {
  const batch: Written[] = [];
  for (let row = await nextRow(orders, '0'); row; row = await nextRow(orders, row.outbox)) {
    // Before the store is touched: who finds a try that has no end looks for its commit.
    await pool().query('UPDATE outbox SET attempts = attempts + 1 WHERE id = $1::bigint', [row.outbox]);
    let publication: Publication | null;
    try {
      publication = await orders.prepare(row.id);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      await recordFailure(row, error, counts);
      continue;
    }
    if (!publication) {
      await finish(row, []);
      continue;
    }
    try {
      const commit = await writeOnce(row, publication, store);
      if (commit) batch.push({ row, publication, commit });
    } catch (error) {
      await recordFailure(row, error, counts);
      return batch;
    }
    if (batch.length >= PUSH_EACH) return batch;
  }
  return batch;
}

/** @returns null when it is not to be committed, which is recorded then */
async function writeOnce(row: Row, publication: Publication, store: HeldStore): Promise<string | null> {
  await ensureStoreLocked(store);
  const written = row.attempts > 0 ? await findWritten(publication) : null;
  if (written) return written;
  const refusal = await publication.refusal?.();
  if (refusal) {
    await finish(row, refusal);
    return null;
  }
  return commitFiles(storeDir(), publication.commit, () => store.confirm());
}

/** Who may push can write any trailer, so the text must be the approved one as well. */
async function findWritten({ commit, since, isNamedIn }: Publication): Promise<string | null> {
  const found = await findCommit(storeDir(), since, isNamedIn);
  const [first] = commit.files;
  if (!found || !first) return null;
  const there = await readFileAt(storeDir(), found, first.path);
  return there && Buffer.from(first.content ?? '').equals(there) ? found : null;
}

/** `faster`: another host pushed first; what was written is looked for on top of its commits, or made again there. */
async function publishBatch(
  kind: string,
  batch: Written[],
  store: HeldStore,
  counts: Published,
): Promise<'published' | 'faster' | 'away'> {
  const about = { 'socdown.publication.kind': kind, 'socdown.publication.commits': batch.length };
  try {
    const isAcknowledged = await withSpan('publication', about, () => store.push());
    if (!isAcknowledged) return 'faster';
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    for (const { row } of batch) await recordFailure(row, error, counts);
    return 'away';
  }
  for (const { row, publication, commit } of batch) {
    await finish(row, publication.record(commit));
    counts.published += 1;
  }
  return 'published';
}

async function nextRow({ kind, key, inOrderBy }: OrderKind, after: string): Promise<Row | undefined> {
  const { rows } = await pool().query<Row>(
    `SELECT o.id::text AS outbox, o.attempts, payload->>$2 AS id FROM outbox o
     WHERE done_at IS NULL AND kind = $1 AND id > $3::bigint AND (next_attempt_at IS NULL OR next_attempt_at <= now())
       AND NOT EXISTS (SELECT 1 FROM outbox older WHERE older.done_at IS NULL AND older.kind = o.kind AND older.id < o.id
         AND older.payload->>$4 = o.payload->>$4)
     ORDER BY o.id LIMIT 1`,
    [kind, key, after, inOrderBy],
  );
  return rows[0];
}

async function finish(row: Row, writes: Writes): Promise<void> {
  const data = { doneAt: new Date(), lastError: null, nextAttemptAt: null };
  await db().$transaction([db().outbox.update({ where: { id: BigInt(row.outbox) }, data }), ...writes]);
}

async function recordFailure(row: Row, error: unknown, counts: Published): Promise<void> {
  const isAway = error instanceof AppError && error.reason === 'remote_unavailable';
  const wait = Math.min(isAway ? REMOTE_BACKOFF_S : MAX_BACKOFF_S, 5 * 2 ** Math.min(row.attempts + 1, 10));
  log.error({ err: error, outbox: row.outbox, subject: row.id, retryInSeconds: wait }, 'publication failed');
  await pool().query(
    `UPDATE outbox SET last_error = $2, next_attempt_at = now() + make_interval(secs => $3), attempts = greatest(attempts, $4 + 1)
     WHERE id = $1::bigint`,
    [row.outbox, describeFailure(error), wait, row.attempts],
  );
  counts.failed += 1;
}

/** For people: what is wrong with the store and what helps, without paths of the machine. */
function describeFailure(error: unknown): string {
  if (error instanceof AppError) return error.userMessage;
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return 'The disk of the store is full. Free some space; it is retried automatically.';
  if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM') {
    return 'The store can’t be written: read-only, or not owned by the user that Socdown runs as.';
  }
  return `The store can’t be written (${code ?? 'see the log'}): ${errorMessage(error)
    .replace(/(?:\/[^\s/'"]+){2,}/g, '…')
    .slice(0, 300)}`;
}
