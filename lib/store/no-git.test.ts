import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type Actor, SYSTEM } from '../auth/guard';
import { testActor } from '../auth/testing';
import { testDatabase } from '../db/testing';
import { env, overrideEnv } from '../env/env';
import { approveCases } from '../reviews/testing';
import { packStore } from './pack-store';
import { ensureStore, storeDir } from './repo';
import { syncRemote } from './sync-remote';
import { findLosses, fsck, publishAll } from './testing-kills';
import { gitHttp, gitIn } from './testing-remote';
import { verifyStore } from './verify';

// A machine without a git program: what the product asks before it starts one. The tests' own git looks on.
vi.mock('./object-reader', async (original) => ({
  ...(await original<typeof import('./object-reader')>()),
  hasGit: () => false,
}));
testDatabase();

let author: Actor;
let reviewer: Actor;
let remote = '';
let faster: (() => unknown) | undefined;
const server = createServer(
  gitHttp(() => remote, {
    token: 't0ken',
    beforePush: async () => {
      faster?.();
      faster = undefined;
    },
  }),
);
beforeAll(async () => {
  author = await testActor('analyst');
  reviewer = await testActor('reviewer');
  await ensureStore();
  remote = path.join(env().DATA_DIR, 'remote.git');
  execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch=main', remote]);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => server.close());

const heads = () => [gitIn(storeDir(), 'rev-parse', 'main'), gitIn(remote, 'rev-parse', 'main')];
const at = (token: string) =>
  `http://${token}@127.0.0.1:${(server.address() as AddressInfo).port}/${path.basename(remote)}`;

/** Somebody else's commit at the remote. */
function pushed(name: string): string {
  const clone = path.join(env().DATA_DIR, `clone-${name}`);
  execFileSync('git', ['clone', '--quiet', remote, clone]);
  execFileSync('touch', [path.join(clone, name)]);
  gitIn(clone, 'add', name);
  gitIn(clone, 'commit', '--quiet', '-m', 'By hand');
  gitIn(clone, 'push', '--quiet', 'origin', 'main');
  return gitIn(clone, 'rev-parse', 'HEAD');
}

it('publishes, verifies, and says that it packs nothing', async () => {
  await approveCases(author, reviewer, 2);
  await publishAll();
  expect(await packStore(SYSTEM, { always: true })).toBe('no git program');
  expect(fsck()).toBe('');
  expect(await verifyStore(storeDir())).toMatchObject({ findings: [], approvals: 2 });
});

it('keeps a remote repository up to date, and takes in what is there, also when somebody is faster', async () => {
  overrideEnv({ STORE_REMOTE: at('another') });
  await expect(syncRemote(SYSTEM)).rejects.toMatchObject({ code: 'unavailable' });
  overrideEnv({ STORE_REMOTE: at('t0ken') });
  await syncRemote(SYSTEM);
  expect(heads()[0]).toBe(heads()[1]);

  const theirs = pushed('NOTES.md');
  await approveCases(author, reviewer, 1);
  let fastest = '';
  faster = () => {
    fastest = pushed('FASTER.md');
  };
  await publishAll();
  expect(fastest).not.toBe('');
  const [ours, there] = heads();
  expect(there).toBe(ours);
  for (const oid of [theirs, fastest]) gitIn(storeDir(), 'merge-base', '--is-ancestor', oid, 'main');
  expect(fsck()).toBe('');
  expect(await findLosses()).toEqual([]);

  overrideEnv({ STORE_REMOTE: '/some/path.git' });
  await expect(syncRemote(SYSTEM)).rejects.toMatchObject({ code: 'unprocessable' });
});
