import { audit } from '../db/audit';
import { pool } from '../db/client';
import { transaction } from '../db/transaction';

/** As many pairs as this process remembers, so that intake asks the database once a pair, not once a request. */
const MAX_REMEMBERED = 10_000;
const seen = new Set<string>();

/** Records the first use of a key from an address, in the audit log. */
export async function noteKeyAddress(key: { id: string; userId: string }, address: string): Promise<void> {
  const pair = `${key.id} ${address}`;
  if (seen.has(pair)) return;
  const known = await pool().query('SELECT FROM key_addresses WHERE key_id = $1 AND address = $2', [key.id, address]);
  if (known.rowCount === 0) await record(key, address);
  if (seen.size >= MAX_REMEMBERED) seen.clear();
  seen.add(pair);
}

async function record({ id, userId }: { id: string; userId: string }, address: string): Promise<void> {
  await transaction(async (client) => {
    const { rowCount } = await client.query(
      'INSERT INTO key_addresses (key_id, address) VALUES ($1, $2) ON CONFLICT DO NOTHING',
      [id, address],
    );
    if (!rowCount) return;
    const data = { address };
    await audit(client, { actorId: userId, verb: 'keys.new_address', subjectKind: 'key', subjectId: id, data });
  });
}
