import { expect, it } from 'vitest';
import { pool } from './client';
import { testDatabase } from './testing';
import { transaction } from './transaction';

testDatabase();

const write = (key: string) =>
  transaction(async (client) => {
    await client.query(`INSERT INTO settings (key, value, updated_at) VALUES ($1, '1', now())`, [key]);
    if (key === 'thrown') throw new Error('changed its mind');
    if (key === 'refused') await client.query('SELECT no_such_column');
    return key;
  });
const keys = async () => (await pool().query('SELECT key FROM settings ORDER BY key')).rows.map(({ key }) => key);

it('keeps what it wrote when it returns, nothing of it when it throws or the database refuses', async () => {
  expect(await write('returned')).toBe('returned');
  await expect(write('thrown')).rejects.toThrow('changed its mind');
  await expect(write('refused')).rejects.toThrow('no_such_column');
  expect(await keys()).toEqual(['returned']);
});

it('shows nobody what is not committed, and gives its connection back', async () => {
  await transaction(async (client) => {
    await client.query(`INSERT INTO settings (key, value, updated_at) VALUES ('open', '1', now())`);
    expect(await keys()).not.toContain('open');
  });
  expect(await keys()).toContain('open');
  expect(pool().idleCount).toBe(pool().totalCount);
});

it('closes a connection whose rollback fails instead of giving it back', async () => {
  const before = pool().totalCount;
  const killed = transaction(async (client) => {
    client.on('error', () => {}); // the server's word of its end
    const { rows } = await client.query('SELECT pg_backend_pid() AS pid');
    await pool().query('SELECT pg_terminate_backend($1)', [rows[0].pid]);
    await client.query('SELECT 1');
  });
  await expect(killed).rejects.toThrow();
  expect(pool().totalCount).toBeLessThanOrEqual(before);
  expect((await pool().query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
});
