import { expect, it } from 'vitest';
import { testActor } from '../auth/testing';
import { testDatabase } from '../db/testing';
import { nightly } from '../env/testing';
import { ensureStore } from './repo';
import { findLosses, fsck, killPublishers, publishAll } from './testing-kills';

testDatabase();

const KILLS = nightly(270, 24);

it(`nothing approved is lost, and nothing published twice, over ${KILLS} kill -9 of concurrent publishers`, async () => {
  await ensureStore();
  await killPublishers(await testActor('analyst'), await testActor('reviewer'), { kills: KILLS, atOnce: 2 });
  expect(fsck()).toBe('');
  await publishAll();
  expect(await findLosses()).toEqual([]);
}, 900_000);
