import { getEventListeners } from 'node:events';
import { afterAll, expect, it } from 'vitest';
import { WorkerPool } from './worker-pool';

const pool = new WorkerPool(1, 0);
afterAll(() => pool.close());

it('leaves no listener on the signal of a call that waited for many turns', async () => {
  const { signal } = new AbortController();
  const counts: number[] = [];
  const before = Array.from({ length: 15 }, () => pool.run('parse', { sql: 'SELECT 1' }));
  const call = pool.run('parse', { sql: 'SELECT 2' }, { signal });
  for (const other of before) {
    await other;
    counts.push(getEventListeners(signal, 'abort').length);
  }
  await call;
  expect(Math.max(...counts)).toBeLessThanOrEqual(1);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

it('ends a call that waits when its signal is aborted, and goes on with the others', async () => {
  const controller = new AbortController();
  const first = pool.run('parse', { sql: 'SELECT 1' });
  const waits = pool.run('parse', { sql: 'SELECT 2' }, { signal: controller.signal });
  const last = pool.run('parse', { sql: 'SELECT 3' });
  controller.abort();
  await expect(waits).rejects.toThrow('Cancelled.');
  expect(JSON.stringify(await first)).toContain('"error":false');
  expect(JSON.stringify(await last)).toContain('"error":false');
});
