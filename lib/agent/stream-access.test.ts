import { afterAll, describe, expect, it } from 'vitest';
import { actorOfKey, createKey, revokeKey } from '../auth/api-keys';
import { testActor } from '../auth/testing';
import { changeUser } from '../auth/users';
import { db } from '../db/client';
import { testDatabase } from '../db/testing';
import { closeQueue } from '../jobs/queue';
import { startRun } from './start-run';
import { streamEvents } from './stream-events';
import { openCase } from './testing/open-case';
import { closeRunWatch } from './watch-run';

testDatabase();
afterAll(async () => {
  await closeRunWatch();
  await closeQueue();
});

/** Reads until the stream ends; how long that took after `act`. */
async function msUntilEnd(stream: ReadableStream<Uint8Array> | null, act: () => Promise<unknown>): Promise<number> {
  const reader = (stream as ReadableStream<Uint8Array>).getReader();
  await reader.read();
  await new Promise((resolve) => setTimeout(resolve, 1000)); // the listening connection is up
  const start = performance.now();
  await act();
  while (!(await reader.read()).done);
  return performance.now() - start;
}

describe('an open event stream ends at once', { timeout: 120_000 }, () => {
  const open = async () => {
    const { actor, investigationId } = await openCase();
    return { owner: actor, runId: (await startRun(actor, investigationId)).id };
  };
  const stream = async (...args: Parameters<typeof streamEvents>) => streamEvents(...args);
  const never = new AbortController().signal;

  it('when its reader is deactivated', async () => {
    const { runId } = await open();
    const [reader, admin] = [await testActor('analyst'), await testActor('admin')];
    const ended = await msUntilEnd(await stream(reader, runId, 0, never), () =>
      changeUser(admin, reader.id ?? '', { disabled: true }),
    );
    expect(ended).toBeLessThan(5_000);
  });

  it('when its key is revoked, and not when another one is', async () => {
    const { runId } = await open();
    const reader = await testActor('analyst');
    const userId = reader.id ?? '';
    const [mine, other] = [
      await createKey(reader, { userId, name: 'a' }),
      await createKey(reader, { userId, name: 'b' }),
    ];
    const streams = [
      await stream(await actorOfKey(mine.key), runId, 0, never),
      await stream(await actorOfKey(other.key), runId, 0, never),
    ];
    expect(await msUntilEnd(streams[0] ?? null, () => revokeKey(reader, mine.id))).toBeLessThan(5_000);
    const still = streams[1]?.getReader();
    await still?.read();
    const next = await Promise.race([
      still?.read().then(({ done }) => (done ? 'ended' : 'open')),
      new Promise((resolve) => setTimeout(resolve, 500, 'open')),
    ]);
    expect(next).toBe('open');
    await still?.cancel();
  });

  it('when access was lost between the request and its start', async () => {
    const { runId } = await open();
    const reader = await testActor('analyst');
    await db().user.update({ where: { id: reader.id ?? '' }, data: { disabledAt: new Date() } });
    const late = await stream(reader, runId, 0, never);
    const ends = (async () => {
      for await (const _ of late as unknown as AsyncIterable<Uint8Array>) void _;
      return 'ended';
    })();
    expect(await ends).toBe('ended');
  });
});
