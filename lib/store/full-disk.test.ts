import { execFileSync } from 'node:child_process';
import fs from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { testActor } from '../auth/testing';
import { db } from '../db/client';
import { testDatabase } from '../db/testing';
import { env, overrideEnv } from '../env/env';
import { publishPending } from './publish';
import { ensureStore } from './repo';
import { storeHealth } from './store-health';
import { approve, findLosses, publishAll } from './testing-kills';

testDatabase();

/** A disk of 2 MB on a folder; false where this user may not mount (crash.test.ts then still has a write refused as on a full disk). */
function mountSmall(folder: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder], { stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
}

it('an approval on a full disk is kept and said, and is published with the first page that is free', async (test) => {
  const disk = path.join(env().DATA_DIR, 'disk');
  await fs.mkdir(disk);
  if (!mountSmall(disk)) return test.skip();
  overrideEnv({ DATA_DIR: disk });
  try {
    const [author, reviewer] = [await testActor('analyst'), await testActor('reviewer')];
    await ensureStore();
    const ballast = path.join(disk, 'ballast');
    await fs.writeFile(ballast, Buffer.alloc(4e6)).catch(() => {});
    await approve(author, reviewer, 2);
    let { size } = await fs.stat(ballast);
    let refused = 0;
    for (; (await publishPending()).published === 0; size -= 4096) {
      refused += 1;
      const lastError = expect.stringContaining('The disk of the store is full');
      expect(await storeHealth()).toMatchObject({ status: 'failing', pending: 2, lastError });
      await fs.truncate(ballast, size);
      await db().outbox.updateMany({ where: { doneAt: null }, data: { nextAttemptAt: null } });
    }
    expect(refused).toBeGreaterThan(1);
    await fs.rm(ballast);
    await publishAll();
    expect(await findLosses()).toEqual([]);
    expect(await storeHealth()).toMatchObject({ status: 'ok', pending: 0, lastError: null });
  } finally {
    overrideEnv({ DATA_DIR: path.dirname(disk) });
    execFileSync('umount', [disk]);
  }
});
