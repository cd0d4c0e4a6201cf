import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { SYSTEM } from '../auth/guard';
import { audit } from '../db/audit';
import { db } from '../db/client';
import { PUBLISH_METHOD_CHANGE } from '../jobs/outbox';
import { type GitPerson, oneLine, personLine, trailersOf } from './commit-message';
import { type OutboxRow, type Published, publishOutbox } from './publish-outbox';
import { readStoreFile } from './read-store-file';
import { commitFiles, ensureStoreLocked, findCommit } from './repo';
import type { StoreLock } from './store-lock';
import { storeDir } from './store-path';

/**
 * Turns approved changes of the method into commits, one each, in the order of approval. A commit that is there already is recognized
 * by its Method-Change trailer. Where the file has another text in the store than the change is based on (somebody pushed), nothing is
 * overwritten: the change becomes `conflicted`. @throws when the database fails
 */
export const publishMethodChanges = (): Promise<Published> => publishOutbox(PUBLISH_METHOD_CHANGE, 'changeId', publish);

async function publish({ id, triedBefore, outbox }: OutboxRow, lock: StoreLock): Promise<void> {
  const change = await db().methodChange.findUnique({
    where: { id },
    include: { author: true, decidedBy: true },
  });
  if (change?.status !== 'approved' || !change.decidedAt) return done(outbox, null, null);
  await ensureStoreLocked(lock);
  const written = triedBefore
    ? await findCommit(storeDir(), change.decidedAt, (message) => changeOf(message) === change.id)
    : null;
  if (written) return done(outbox, change, written);
  const now = await textNow(change.path);
  if (now !== change.text && hashOf(now) !== change.baseHash) return conflict(outbox, change);
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
  await done(outbox, change, commit);
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

async function done(outbox: bigint, change: Change | null, commit: string | null): Promise<void> {
  await db().$transaction([
    db().outbox.update({
      where: { id: outbox },
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

async function conflict(outbox: bigint, change: Change): Promise<void> {
  const note = 'The file was changed in the store after this was proposed. Nothing was overwritten; propose it again.';
  await db().$transaction([
    db().outbox.update({ where: { id: outbox }, data: { doneAt: new Date(), nextAttemptAt: null } }),
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
