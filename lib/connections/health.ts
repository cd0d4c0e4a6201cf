import { db } from '../db/client';
import { maskSecrets } from '../secrets/mask-secrets';

/** How often a success is written: each call would be a write. */
const OK_EVERY = "interval '1 minute'";

/** Remembers that the server of a connection answered. `updated_at` stays: it names how the server is reached. */
export async function recordHealthy(id: string): Promise<void> {
  await db().$executeRawUnsafe(
    `UPDATE connections SET last_ok_at = now()
     WHERE id = $1::uuid AND (last_ok_at IS NULL OR last_ok_at < now() - ${OK_EVERY} OR last_error_at >= last_ok_at)`,
    id,
  );
}

/** Remembers how a connection failed, without secrets, and without the NULs that PostgreSQL can't keep. */
export async function recordFailure(id: string, message: string): Promise<void> {
  const text = maskSecrets(message.replace(/\p{Cc}+/gu, ' ')).slice(0, 600);
  await db().$executeRaw`UPDATE connections SET last_error = ${text}, last_error_at = now() WHERE id = ${id}::uuid`;
}
