import { randomBytes } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';

/**
 * The file system that the git library writes through: a file is there whole or not at all, whatever kills the process
 * or the machine. Never written in place: temporary file, fsync, rename, fsync of the folder.
 */
export const atomicFs = {
  promises: {
    readFile: fs.readFile,
    stat: fs.stat,
    lstat: fs.lstat,
    readdir: fs.readdir,
    readlink: fs.readlink,
    symlink: fs.symlink,
    unlink: fs.unlink,
    rmdir: fs.rmdir,
    mkdir: makeFolder,
    writeFile: (file: string, data: string | Uint8Array) => writeWhole(file, data),
  },
};

/** Replaces a file atomically and durably. */
export async function writeWhole(file: string, data: string | Uint8Array): Promise<void> {
  await placeWhole(file, data);
  await syncFolder(path.dirname(file));
}

/** The same, but for the name, which is durable once its folder was synced. */
export async function placeWhole(file: string, data: string | Uint8Array): Promise<void> {
  const folder = path.dirname(file);
  // git's own name for an unfinished object: fsck ignores it, gc removes it when a killed process left one.
  const temporary = path.join(folder, `tmp_obj_${randomBytes(8).toString('hex')}`);
  const handle = await fs.open(temporary, 'wx', file.includes('/objects/') ? 0o444 : 0o644);
  try {
    try {
      await handle.writeFile(data);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await fs.rename(temporary, file);
  } catch (error) {
    await fs.rm(temporary, { force: true });
    throw error;
  }
}

/** Makes the folder's entries (new names, renames) survive a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return; // folders can't be opened there; NTFS journals the rename
  const handle = await fs.open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function makeFolder(folder: string): Promise<void> {
  await fs.mkdir(folder);
  await syncFolder(path.dirname(folder));
}
