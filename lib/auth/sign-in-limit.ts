import { createHash } from 'node:crypto';
import { pool } from '../db/client';
import { AppError } from '../errors/app-error';

/** Failures that cost nothing, and the longest wait after more of them. Each further failure doubles the wait, from 1 s on. */
type Allowance = { free: number; maxSeconds: number };
const PER_ACCOUNT: Allowance = { free: 5, maxSeconds: 900 };
/** An office behind one address makes more mistakes than one person. */
const PER_ADDRESS: Allowance = { free: 30, maxSeconds: 900 };
const FORGET = '24 hours';
/** Not a part of a millisecond later, as the columns would round it: nobody is blocked by an attempt that was free. */
const NOW = "date_trunc('milliseconds', now())";
/** One attempt in so many also removes what is forgotten. */
const CLEANUP_EVERY = 50;

export type Attempt = {
  /** The password was right: the account's failures are forgotten, the address's no longer count this attempt. */
  succeed(): Promise<void>;
};

/**
 * Counts an attempt to sign in before the password is looked at, so that a hundred at the same moment count as a hundred.
 * The same for accounts that don't exist.
 * @param address null: not known, counted together
 * @param what `code`: a guess at the second factor, counted apart, since a right password forgets the guesses at passwords;
 *   `passkey`: `email` is then the key's name, since nobody has named a person yet
 * @throws AppError too_many_attempts, with the seconds to wait
 */
export async function countAttempt(
  email: string,
  address: string | null,
  what: 'account' | 'code' | 'passkey' = 'account',
): Promise<Attempt> {
  const account = `${what}:${createHash('sha256').update(email.trim().toLowerCase()).digest('hex')}`;
  const place = `address:${address ?? 'unknown'}`;
  await count(place, PER_ADDRESS);
  await count(account, PER_ACCOUNT);
  if (Math.random() * CLEANUP_EVERY < 1)
    await pool().query(`DELETE FROM sign_in_limits WHERE last_at < now() - interval '${FORGET}'`);
  return {
    async succeed() {
      await pool().query('DELETE FROM sign_in_limits WHERE key = $1', [account]);
      await pool().query(
        'UPDATE sign_in_limits SET failures = greatest(0, failures - 1), blocked_until = now() WHERE key = $1',
        [place],
      );
    },
  };
}

/**
 * One statement: of several at the same moment, those after the last free one find the account blocked. By the clock as it is when
 * the row is free: one that began earlier and waited for the others is not blocked until they began.
 */
async function count(key: string, { free, maxSeconds }: Allowance): Promise<void> {
  const { rowCount } = await pool().query(
    `INSERT INTO sign_in_limits AS l (key, failures, last_at, blocked_until) VALUES ($1, 1, ${NOW}, ${NOW})
     ON CONFLICT (key) DO UPDATE SET last_at = ${NOW},
       failures = CASE WHEN l.last_at < now() - interval '${FORGET}' THEN 1 ELSE l.failures + 1 END,
       blocked_until = CASE WHEN l.last_at < now() - interval '${FORGET}' OR l.failures + 1 < $2 THEN ${NOW}
         ELSE ${NOW} + make_interval(secs => least($3, power(2, least(l.failures + 1 - $2, 30)))) END
     WHERE l.blocked_until <= clock_timestamp()`,
    [key, free, maxSeconds],
  );
  if (rowCount) return;
  const { rows } = await pool().query<{ seconds: number }>(
    'SELECT greatest(1, ceil(extract(epoch FROM blocked_until - now())))::int AS seconds FROM sign_in_limits WHERE key = $1',
    [key],
  );
  const retryAfterSeconds = rows[0]?.seconds ?? 1;
  throw new AppError('too_many_attempts', `Too many failed attempts. Try again in ${inWords(retryAfterSeconds)}.`, {
    data: { retryAfterSeconds },
  });
}

function inWords(seconds: number): string {
  if (seconds < 90) return seconds === 1 ? '1 second' : `${seconds} seconds`;
  return `${Math.ceil(seconds / 60)} minutes`;
}
