import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { type Actor, authorize } from '../auth/guard';
import { audit } from '../db/audit';
import { db, pool } from '../db/client';
import { DbTime } from '../db/db-time';
import { isUuid } from '../db/is-uuid';
import { keyset, type Page } from '../db/keyset';
import { AppError } from '../errors/app-error';
import { log } from '../log/log';
import { type Ingested, ingestAlerts } from './ingest-alerts';
import { rereadAlerts } from './reread-alerts';
import { receiveSns } from './sns';
import { storable } from './sources/parse-documents';

/** Larger bodies are ingested but not kept; what became alerts is kept with them. */
const MAX_KEPT_BYTES = 1_000_000;
/** As many ids as a person opens; `accepted` and the others count all. */
const MAX_IDS = 100;
/** How long rows are kept, in days. */
const KEEP_ROW_DAYS = 90;

export const Delivery = z.object({
  id: z.string(),
  receivedAt: z.string(),
  source: z.string(),
  /** Whose key it was. */
  actor: z.object({ id: z.string(), name: z.string() }).nullable(),
  /** The request's User-Agent. */
  sender: z.string(),
  status: z.number(),
  reason: z.string().nullable(),
  message: z.string().nullable(),
  accepted: z.number(),
  duplicates: z.number(),
  updated: z.number(),
  rejected: z.number(),
  /** The first 100. */
  alertIds: z.array(z.string()),
  bytes: z.number(),
  /** Whether the body is still kept, and so can be replayed. */
  hasBody: z.boolean(),
  replayOf: z.string().nullable(),
});
export type Delivery = z.infer<typeof Delivery>;

export const DeliveryQuery = z.object({
  source: z.string().max(32).optional(),
  /** Only those that were refused, or of which items were. */
  failed: z.enum(['true', 'false']).optional(),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(30),
});
export type DeliveryQuery = z.infer<typeof DeliveryQuery>;

/** Ingests a body and logs the delivery, also a refused one. @throws AppError as ingestAlerts and receiveSns. */
export async function receiveDelivery(
  actor: Actor,
  source: string,
  body: string,
  sender: string,
  replayOf: string | null = null,
): Promise<Ingested> {
  try {
    const done = replayOf === null ? await receiveSns(actor, body) : null;
    const answer = done === null ? await ingestAlerts(actor, source, body) : NOTHING;
    const [first] = answer.rejected;
    await record(actor, {
      source,
      body,
      sender,
      replayOf,
      status: 202,
      reason: null,
      message: done ?? first?.message ?? null,
      answer,
    });
    return answer;
  } catch (error) {
    if (error instanceof AppError) {
      const { status, reason, userMessage: message } = error;
      await record(actor, { source, body, sender, replayOf, status, reason, message, answer: null });
    }
    throw error;
  }
}

const NOTHING: Ingested = { accepted: 0, duplicates: 0, updated: 0, ids: [], rejected: [] };

type Outcome = {
  source: string;
  body: string;
  sender: string;
  replayOf: string | null;
  status: number;
  reason: string | null;
  message: string | null;
  answer: Ingested | null;
};

/** Never throws: the alerts are stored already, and a sender that gets an error sends them again. */
async function record(actor: Actor, outcome: Outcome): Promise<void> {
  const { answer, body } = outcome;
  const bytes = Buffer.byteLength(body);
  const kept = bytes <= MAX_KEPT_BYTES ? (storable(body) as string) : null; // a text stays a text
  try {
    await pool().query(
      `INSERT INTO deliveries (id, source, actor_id, sender, status, reason, message, accepted, duplicates, updated, rejected, alert_ids, bytes, body, replay_of)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::uuid[], $13, $14, $15)`,
      [
        uuid(),
        storable(outcome.source.slice(0, 40)),
        actor.id,
        storable(outcome.sender.slice(0, 200)),
        outcome.status,
        outcome.reason,
        storable(outcome.message?.slice(0, 1000) ?? null),
        answer?.accepted ?? 0,
        answer?.duplicates ?? 0,
        answer?.updated ?? 0,
        answer?.rejected.length ?? 0,
        [...new Set(answer?.ids ?? [])].filter(isUuid).slice(0, MAX_IDS),
        bytes,
        kept,
        outcome.replayOf,
      ],
    );
  } catch (error) {
    log.warn({ err: error }, 'a delivery could not be logged');
  }
}

const cursors = keyset(z.tuple([DbTime, z.uuid()]));

/** A page of the delivery log, newest first. */
export async function listDeliveries(actor: Actor, query: DeliveryQuery): Promise<Page<Delivery>> {
  authorize(actor, 'deliveries.read');
  const [at = null, after = null] = cursors.read(query.cursor) ?? [];
  const { rows } = await pool().query<Row>(
    `SELECT ${COLUMNS} FROM deliveries d LEFT JOIN users u ON u.id = d.actor_id
     WHERE ($1::text IS NULL OR d.source = $1) AND ($2::timestamptz IS NULL OR (d.received_at, d.id) < ($2, $3::uuid))
       ${query.failed === 'true' ? 'AND (d.status >= 400 OR d.rejected > 0)' : ''}
     ORDER BY d.received_at DESC, d.id DESC LIMIT $4`,
    [query.source ?? null, at, after, query.limit + 1],
  );
  return cursors.page(rows.map(toDelivery), query.limit, ({ receivedAt, id }) => [receivedAt, id]);
}

/** A delivery with its body, while that is kept. @throws AppError not_found */
export async function getDelivery(actor: Actor, id: string): Promise<Delivery & { body: string | null }> {
  authorize(actor, 'deliveries.body');
  const { rows } = isUuid(id)
    ? await pool().query<Row & { body: string | null }>(
        `SELECT ${COLUMNS}, d.body FROM deliveries d LEFT JOIN users u ON u.id = d.actor_id WHERE d.id = $1`,
        [id],
      )
    : { rows: [] };
  const [row] = rows;
  if (!row) throw new AppError('not_found', 'There is no such delivery. Deliveries are kept for 90 days.');
  if (row.body !== null)
    await audit(db(), { actorId: actor.id, verb: 'deliveries.body', subjectKind: 'delivery', subjectId: id });
  return { ...toDelivery(row), body: row.body };
}

/**
 * Reads a delivery's body again with the adapters of today: what was rejected becomes alerts, and alerts that were misread take the new reading.
 * What people set (status, assignee, severity, disposition) stays.
 * @throws AppError not_found; unprocessable when the body is not kept any more; as ingestAlerts.
 */
export async function replayDelivery(actor: Actor, id: string): Promise<Ingested & { reread: number }> {
  authorize(actor, 'deliveries.replay');
  const { rows } = isUuid(id)
    ? await pool().query<{ source: string; body: string | null }>('SELECT source, body FROM deliveries WHERE id = $1', [
        id,
      ])
    : { rows: [] };
  const [row] = rows;
  if (!row) throw new AppError('not_found', 'There is no such delivery. Deliveries are kept for 90 days.');
  if (row.body === null)
    throw new AppError('unprocessable', 'The body of this delivery is no longer kept. Send it again from its source.');
  const reread = await rereadAlerts(row.source, row.body).catch((error: unknown) => {
    if (error instanceof AppError) return 0; // refused again below, with the reason
    throw error;
  });
  await audit(db(), {
    actorId: actor.id,
    verb: 'deliveries.replay',
    subjectKind: 'delivery',
    subjectId: id,
    data: { reread },
  });
  const answer = await receiveDelivery(actor, row.source, row.body, 'replay', id);
  return { ...answer, reread };
}

/**
 * Drops rows that are older than they are kept, and bodies older than `bodyDays` (null: bodies stay as long as their row).
 * @returns how many rows were changed, at most some thousands: call it again until there are none
 */
export async function pruneDeliveries(bodyDays: number | null): Promise<number> {
  const bodies = await pool().query(
    `UPDATE deliveries SET body = NULL WHERE id IN (
       SELECT id FROM deliveries WHERE body IS NOT NULL AND received_at < now() - make_interval(days => $1) LIMIT 5000)`,
    [bodyDays ?? KEEP_ROW_DAYS],
  );
  const old = await pool().query(
    `DELETE FROM deliveries WHERE id IN (
       SELECT id FROM deliveries WHERE received_at < now() - make_interval(days => $1) LIMIT 5000)`,
    [KEEP_ROW_DAYS],
  );
  return (bodies.rowCount ?? 0) + (old.rowCount ?? 0);
}

type Row = Omit<Delivery, 'receivedAt' | 'actor'> & {
  receivedAt: Date;
  actorId: string | null;
  actorName: string | null;
};

const COLUMNS = `d.id, d.received_at AS "receivedAt", d.source, d.actor_id AS "actorId", u.name AS "actorName", d.sender, d.status, d.reason, d.message,
  d.accepted, d.duplicates, d.updated, d.rejected, d.alert_ids AS "alertIds", d.bytes, d.body IS NOT NULL AS "hasBody", d.replay_of AS "replayOf"`;

function toDelivery({ actorId, actorName, receivedAt, ...row }: Row): Delivery {
  return Delivery.parse({
    ...row,
    receivedAt: receivedAt.toISOString(),
    actor: actorId === null ? null : { id: actorId, name: actorName ?? '' },
  });
}
