import type pg from 'pg';
import { pool } from './client';

/**
 * Runs raw SQL in one transaction: committed when `run` returns, rolled back when it throws. A connection whose rollback
 * fails is broken and does not go back to the pool. Verbs that need no raw SQL use Prisma's `$transaction`.
 */
export async function transaction<T>(run: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool().connect();
  let broken = false;
  try {
    await client.query('BEGIN');
    const answer = await run(client);
    await client.query('COMMIT');
    return answer;
  } catch (error) {
    broken = await client.query('ROLLBACK').then(
      () => false,
      () => true,
    );
    throw error;
  } finally {
    client.release(broken);
  }
}
