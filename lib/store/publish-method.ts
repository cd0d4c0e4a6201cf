import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { SYSTEM } from '../auth/guard';
import { audit } from '../db/audit';
import { db, pool } from '../db/client';
import { PUBLISH_METHOD_CHANGE } from '../jobs/outbox';
import { log } from '../log/log';
import { type GitPerson, oneLine, personLine, trailersOf } from './commit-message';
import { describeFailure } from './publish';
import { readStoreFile } from './read-store-file';
import { commitFiles, ensureStoreLocked, findCommit } from './repo';
import { type StoreLock, withStoreLock } from './store-lock';
import { storeDir } from './store-path';

const WAIT_MS = 5_000;
const MAX_BACKOFF_S = 300;
type Row = { id: string; attempts: number; change: string };

/**
 * Turns approved changes of the method into commits, one each, in the order of approval. May be called by any number of processes
 * and be killed at any moment: a commit that is there already is recognized by its Method-Change trailer. Where the file has another
 * text in the store than the change is based on (somebody pushed), nothing is overwritten: the change becomes `conflicted`.
 * @throws when the database fails
 */
export async function publishMethodChanges(): Promise<{ published: number; failed: number }> {
  const counts = { published: 0, failed: 0 };
  if (!(await nextRow('0'))) return counts;
  await withStoreLock(WAIT_MS, async (lock) => {
    for (let row = await nextRow('0'); row; row = await nextRow(row.id)) {
      await pool().query('UPDATE outbox SET attempts = attempts + 1 WHERE id = $1::bigint', [row.id]);
      try {
        await publishRow(row, lock);
        counts.published += 1;
      } catch (error) {
        await recordFailure(row, error);
        counts.failed += 1;
        break;
      }
    }
  });
  return counts;
}

async function nextRow(after: string): Promise<Row | undefined> {
  const { rows } = await pool().query<Row>(
    `SELECT o.id::text, o.attempts, payload->>'changeId' AS change FROM outbox o
     WHERE done_at IS NULL AND kind = $1 AND id > $2::bigint AND (next_attempt_at IS NULL OR next_attempt_at <= now())
       AND NOT EXISTS (SELECT 1 FROM outbox older WHERE older.done_at IS NULL AND older.kind = o.kind AND older.id < o.id
         AND older.payload->>'path' = o.payload->>'path')
     ORDER BY o.id LIMIT 1`,
    [PUBLISH_METHOD_CHANGE, after],
  );
  return rows[0];
}

async function publishRow(row: Row, lock: StoreLock): Promise<void> {
  const change = await db().methodChange.findUnique({
    where: { id: row.change },
    include: { author: true, decidedBy: true },
  });
  if (change?.status !== 'approved' || !change.decidedAt) return done(row, null, null);
  await ensureStoreLocked(lock);
  const written =
    row.attempts > 0
      ? await findCommit(storeDir(), change.decidedAt, (message) => changeOf(message) === change.id)
      : null;
  if (written) return done(row, change, written);
  const now = await textNow(change.path);
  if (now !== change.text && hashOf(now) !== change.baseHash) return conflict(row, change);
  const commit = await commitFiles(
    storeDir(),
    {
      files: [{ path: change.path, content: change.text }],
      author: { name: change.author.name, email: change.author.email, at: change.createdAt },
      committer: { name: SYSTEM.name, email: SYSTEM.email, at: change.decidedAt },
      message: messageOf(change),
    },
    () => lock.confirm(),
  );
  await done(row, change, commit);
}

/** The store's text, or what comes with Socdown where the store has none. */
async function textNow(file: string): Promise<string | null> {
  const own = await readStoreFile(file);
  return own ?? fs.readFile(path.resolve('investigations-repo', file), 'utf8').catch(() => null);
}

const hashOf = (text: string | null): string => (text === null ? '' : createHash('sha256').update(text).digest('hex'));
const changeOf = (message: string): string | undefined => trailersOf(message, 'Method-Change')[0];

type Change = { id: string; path: string; note: string; text: string; decidedBy: GitPerson | null };

function messageOf({ id, path: file, note, text, decidedBy }: Change): string {
  const trailers = [
    ...(decidedBy ? [`Reviewed-by: ${personLine(decidedBy)}`] : []),
    `Sha256: ${hashOf(text)} ${oneLine(file)}`,
    `Method-Change: ${id}`,
  ];
  return `Change ${oneLine(file, 100)}\n\n${oneLine(note, 1000)}\n\n${trailers.join('\n')}\n`;
}

async function done(row: Row, change: Change | null, commit: string | null): Promise<void> {
  await db().$transaction([
    db().outbox.update({
      where: { id: BigInt(row.id) },
      data: { doneAt: new Date(), lastError: null, nextAttemptAt: null },
    }),
    ...(change
      ? [
          db().methodChange.update({ where: { id: change.id }, data: { commitOid: commit, publishedAt: new Date() } }),
          audit(db(), {
            actorId: null,
            verb: 'store.publish',
            subjectKind: 'method',
            subjectId: change.id,
            data: { path: change.path, commit },
          }),
        ]
      : []),
  ]);
}

async function conflict(row: Row, change: Change): Promise<void> {
  const note = 'The file was changed in the store after this was proposed. Nothing was overwritten; propose it again.';
  await db().$transaction([
    db().outbox.update({ where: { id: BigInt(row.id) }, data: { doneAt: new Date(), nextAttemptAt: null } }),
    db().methodChange.update({ where: { id: change.id }, data: { status: 'conflicted', decisionNote: note } }),
    audit(db(), {
      actorId: null,
      verb: 'store.publish',
      subjectKind: 'method',
      subjectId: change.id,
      data: { path: change.path, conflict: true },
    }),
  ]);
}

async function recordFailure(row: Row, error: unknown): Promise<void> {
  const wait = Math.min(MAX_BACKOFF_S, 5 * 2 ** Math.min(row.attempts + 1, 10));
  log.error({ err: error, outbox: row.id, change: row.change }, 'publication of a change of the method failed');
  await pool().query(
    'UPDATE outbox SET last_error = $2, next_attempt_at = now() + make_interval(secs => $3) WHERE id = $1::bigint',
    [row.id, describeFailure(error), wait],
  );
}
