import { randomUUID } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { World } from '../scenarios/generate';
import { writeLogs } from '../scenarios/write-logs';

const compress = promisify(gzip);

/** Writes the logs below a folder, compressed, unless it is there. All or nothing: another process may be reading. */
export async function writeSampleLogs(folder: string, world: () => World): Promise<void> {
  if (await fs.stat(folder).catch(() => null)) return;
  const { organization, events } = world();
  const temporary = `${folder}.${randomUUID()}`;
  for (const { name, text } of writeLogs(organization, events)) {
    const file = path.join(temporary, `${name}.gz`);
    await fs.mkdir(path.dirname(file), { recursive: true });
    await fs.writeFile(file, await compress(text, { level: 6 }));
  }
  try {
    await fs.rename(temporary, folder);
  } catch (error) {
    // Another process was faster; its files are the same.
    await fs.rm(temporary, { recursive: true, force: true });
    if (!(await fs.stat(folder).catch(() => null))) throw error;
  }
}
