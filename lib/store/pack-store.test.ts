import { beforeAll, expect, it } from 'vitest';
import { type Actor, SYSTEM } from '../auth/guard';
import { testActor } from '../auth/testing';
import { db } from '../db/client';
import { testDatabase } from '../db/testing';
import { searchInvestigations } from '../library/search-investigations';
import { approveCases } from '../reviews/testing';
import { listHistory } from './history';
import { packStore } from './pack-store';
import { readStoreFile } from './read-store-file';
import { ensureStore, storeDir } from './repo';
import { findLosses, fsck, git, publishAll } from './testing-kills';
import { verifyStore } from './verify';

testDatabase();

let author: Actor;
let reviewer: Actor;
beforeAll(async () => {
  author = await testActor('analyst');
  reviewer = await testActor('reviewer');
  await ensureStore();
});

const approve = (count: number) => approveCases(author, reviewer, count);

it('packs while publishers want to write: nothing is lost, and everything reads as before', async () => {
  await approve(2);
  await publishAll();
  await approve(3);
  expect(await Promise.all([packStore(SYSTEM, { always: true }), publishAll()])).toContain('packed');
  await approve(1);
  await publishAll();
  expect(await packStore(SYSTEM, { always: true })).toBe('packed');
  expect(git('count-objects', '-v')).toContain('count: 0\n');

  expect(await findLosses()).toEqual([]);
  expect(fsck()).toBe('');
  expect(await verifyStore(storeDir())).toMatchObject({ findings: [], approvals: 6, commits: 7 });
  for (const { id, path, codename } of await db().investigation.findMany()) {
    expect(await readStoreFile(path)).toContain('status: approved');
    expect((await listHistory(author, id)).items).toMatchObject([{ commit: expect.stringMatching(/^[0-9a-f]{40}$/) }]);
    expect((await searchInvestigations(author, { q: codename })).items).toMatchObject([{ id }]);
  }
});

it('is not done for little, nor for anybody', async () => {
  expect(await packStore(SYSTEM)).toBe('few objects');
  await expect(packStore(reviewer, { always: true })).rejects.toMatchObject({ code: 'forbidden' });
});
