import type { Entity } from '../alerts/schema';
import { pool } from '../db/client';
import { Trust, type TrustChange } from './schema';
import { entityKey } from './subject';

/** As many as a person looks through. */
const MAX_CHANGES = 50;

/** Who said what about an entity, when and why; newest first. The caller has checked the permission. */
export async function trustHistory(subject: Entity): Promise<TrustChange[]> {
  const { rows } = await pool().query<{
    id: string;
    at: Date;
    by_id: string | null;
    by_name: string | null;
    data: { trust?: string; note?: string; expiresAt?: string | null };
  }>(
    `SELECT t.id::text, t.at, t.actor_id AS by_id, u.name AS by_name, t.data FROM audit t LEFT JOIN users u ON u.id = t.actor_id
     WHERE t.subject_kind = 'entity' AND t.subject_id = $1 AND t.verb = 'entities.trust' ORDER BY t.id DESC LIMIT $2`,
    [entityKey(subject), MAX_CHANGES],
  );
  return rows.map(({ id, at, by_id, by_name, data }) => ({
    id,
    at: at.toISOString(),
    by: by_id === null ? null : { id: by_id, name: by_name ?? 'Deleted user' },
    trust: Trust.nullable().catch(null).parse(data.trust),
    note: data.note ?? '',
    expiresAt: data.expiresAt ?? null,
  }));
}
