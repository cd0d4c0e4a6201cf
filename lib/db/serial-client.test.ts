import { expect, it } from 'vitest';
import { db, pool } from './client';
import { testDatabase } from './testing';

testDatabase();

it('sends queries that are asked for at once one after another, also after one that failed', async () => {
  const client = await pool().connect();
  const asked = [1, 2, 3, 4].map((n) => client.query(n === 2 ? 'SELECT nonsense' : `SELECT ${n} AS n`));
  const answers = await Promise.allSettled(asked);
  client.release();
  expect(answers.map((answer) => (answer.status === 'fulfilled' ? answer.value.rows : answer.reason.code))).toEqual([
    [{ n: 1 }],
    '42703',
    [{ n: 3 }],
    [{ n: 4 }],
  ]);
});

it('loads several relations in a transaction without a warning', async () => {
  const warnings: string[] = [];
  const listen = (warning: Error) => warnings.push(warning.message);
  process.on('warning', listen);
  await db().user.create({ data: { id: 'u', name: 'Ann', email: 'ann@example.com' } });
  await db().$transaction((tx) =>
    tx.user.findMany({ include: { sessions: true, accounts: true, apiKeys: true, investigations: true } }),
  );
  await new Promise(setImmediate);
  process.off('warning', listen);
  expect(warnings).toEqual([]);
});
