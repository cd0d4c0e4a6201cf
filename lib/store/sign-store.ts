import { type Actor, authorize } from '../auth/guard';
import { db } from '../db/client';
import { writeSigners } from './allowed-signers';
import { readBranch } from './branch';
import { writeStore } from './hold-store';
import { withObjects } from './read-objects';
import { commitFiles, ensureStoreLocked, signersCommit } from './repo';
import { allowedSigners, replaceKey } from './signing-keys';
import { storeDir } from './store-path';

const WAIT_MS = 60_000;

/**
 * Replaces the key that signs. The commit that lists the new one is signed by the old one, so that a clone alone shows that
 * the same installation made it; where the old key can't be opened any more, by the new one.
 * @throws AppError store_busy; forbidden
 */
export async function rotateSigningKey(actor: Actor): Promise<{ fingerprint: string; signedByOld: boolean }> {
  authorize(actor, 'store.maintain');
  return writeStore(WAIT_MS, async (lock) => {
    await ensureStoreLocked(lock, { sign: false });
    const head = await readBranch(storeDir());
    const at = new Date(Math.max(Date.now(), head ? await timeOf(head) : 0));
    const rotated = await db().$transaction(
      async (tx) => {
        const { old, fingerprint } = await replaceKey(tx, actor, { retiredAt: afterSecond(at), head });
        const list = await allowedSigners(tx);
        // Before the database has it: when that fails, the next commit puts the earlier list back.
        if (old && list)
          await commitFiles(storeDir(), { ...signersCommit(writeSigners(list), at), signWith: old }, () =>
            lock.confirm(),
          );
        return { fingerprint, signedByOld: old !== null };
      },
      { timeout: 60_000 },
    );
    await ensureStoreLocked(lock);
    return rotated;
  });
}

/** The first full second after everything that was committed in this one. */
const afterSecond = (at: Date): Date => new Date((Math.floor(at.getTime() / 1000) + 1) * 1000);

const timeOf = (oid: string): Promise<number> =>
  withObjects(storeDir(), async (objects) => (await objects.commit(oid)).at * 1000);
