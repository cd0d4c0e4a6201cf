import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const run = globalThis as unknown as { socdownTmpdir?: string };

/**
 * Gives this process, and all that it starts from now on, a temporary folder of its own, gone when the process ends: also
 * what a failed test leaves behind goes with it. Once for a process, however often it is called.
 */
export function ownTmpdir(): void {
  if (run.socdownTmpdir) return;
  // Short, since paths of sockets begin with it; open to others as /tmp is, since PostgreSQL may run as another user.
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'socdown-'));
  fs.chmodSync(folder, 0o1777);
  run.socdownTmpdir = folder;
  process.env.TMPDIR = folder;
  process.on('exit', () => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
}
