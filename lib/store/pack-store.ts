import { execFile } from 'node:child_process';
import fs from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { type Actor, authorize } from '../auth/guard';
import { AppError } from '../errors/app-error';
import { GIT_ENV, hasGit } from './object-reader';
import { withPackLock, withStoreLock } from './store-lock';
import { storeDir } from './store-path';

const run = promisify(execFile);
/** git's own measure for "too many files"; below it packing gains nothing. */
const MANY_OBJECTS = 6700;

export type Packed = 'packed' | 'few objects' | 'no git program' | 'no repository yet';

/**
 * Moves the objects' own files into packs and writes the commit-graph with changed paths, while no publisher is at work (packing
 * beside a writer loses objects) and no backup reads. Packs are joined by size, so that the work stays in proportion to what is new.
 * Needs a git program; without one nothing is packed, and everything works as before.
 * @param options.always also when there is little to gain.
 */
export async function packStore(actor: Actor, options: { always?: boolean } = {}): Promise<Packed> {
  authorize(actor, 'store.maintain');
  if (!hasGit()) return 'no git program';
  if (!(await fs.stat(storeDir()).catch(() => null))) return 'no repository yet';
  if (!options.always && (await estimateLoose()) < MANY_OBJECTS) return 'few objects';
  const git = (...args: string[]) =>
    run('git', ['--git-dir', storeDir(), ...args], { env: { ...process.env, ...GIT_ENV }, maxBuffer: 16e6 });
  const done = await withPackLock('exclusive', () =>
    withStoreLock(60_000, async () => {
      await git('repack', '-d', '-l', '--quiet', '--geometric=2');
      // What killed publishers left; young ones may be of one that is about to go on.
      await git('prune', '--expire=2.weeks.ago');
      await git('commit-graph', 'write', '--reachable', '--changed-paths', '--split', '--no-progress');
      return true;
    }),
  );
  if (!done) throw new AppError('store_busy', 'The store is being written by another process. Try again in a moment.');
  return 'packed';
}

/** As git does it: one of the 256 folders stands for all. */
async function estimateLoose(): Promise<number> {
  const names = await fs.readdir(path.join(storeDir(), 'objects', '17')).catch(() => []);
  return names.length * 256;
}
