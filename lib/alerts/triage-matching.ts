import type pg from 'pg';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { type Actor, authorize, personId } from '../auth/guard';
import { pool } from '../db/client';
import { Conditions } from '../db/conditions';
import { DbTime } from '../db/db-time';
import { isUuid } from '../db/is-uuid';
import { transaction } from '../db/transaction';
import { AppError, notFound } from '../errors/app-error';
import { addFilters, addSearch } from './alert-filters';
import { readSearch } from './alert-search';
import { AlertFilter, AlertPatch } from './schema';
import { type Change, changeAlerts, resolveChange, type Triaged } from './triage-alert';

/** As many as one change of a filter takes: what a person can still mean at once. */
export const MAX_MATCHING = 5000;

export const TriageMatching = z.strictObject({
  filter: z.strictObject(AlertFilter.shape),
  /** Alerts that came in later are left out: the person has not seen their number. */
  receivedBefore: DbTime,
  patch: AlertPatch,
});
export type TriageMatching = z.infer<typeof TriageMatching>;

/** `batch`: what undoing it takes. */
export const Batch = z.object({ batch: z.string(), changed: z.number() });
export type Batch = z.infer<typeof Batch>;
export const Undone = z.object({ restored: z.number(), skipped: z.number() });
export const Matching = z.object({ count: z.number(), capped: z.boolean() });

/** How many alerts match, counted up to one more than can be changed at once. */
export async function countMatching(
  actor: Actor,
  filter: AlertFilter,
  receivedBefore: string,
): Promise<z.infer<typeof Matching>> {
  authorize(actor, 'alerts.read');
  const ids = await matchingIds(actor, filter, receivedBefore);
  return { count: Math.min(ids.length, MAX_MATCHING), capped: ids.length > MAX_MATCHING };
}

/**
 * Changes all alerts of a filter alike, in one transaction with one audit row each, and keeps what it replaced.
 * @throws AppError bad_request when more than 5,000 match, none does, or one can't take the change
 */
export async function triageMatching(actor: Actor, input: TriageMatching): Promise<Batch> {
  authorize(actor, 'alerts.triage');
  const actorId = personId(actor);
  const { filter, receivedBefore, patch } = TriageMatching.parse(input);
  const ids = await matchingIds(actor, filter, receivedBefore);
  if (ids.length > MAX_MATCHING) {
    throw new AppError(
      'bad_request',
      `More than ${MAX_MATCHING} alerts match. Narrow the filters, for example by time.`,
    );
  }
  if (ids.length === 0) throw new AppError('bad_request', 'No alert matches these filters. Reload the queue.');
  const change = await resolveChange(actor, patch);
  return transaction(async (client) => {
    const { changed, failed } = await changeAlerts(client, actor, ids, change);
    if (failed[0]) throw new AppError('bad_request', failed[0].message);
    const batch = uuid();
    await client.query('INSERT INTO alert_batches (id, actor_id, patch, changes) VALUES ($1, $2, $3, $4)', [
      batch,
      actorId,
      JSON.stringify(patch),
      JSON.stringify(changed.map(changeOf)),
    ]);
    return { batch, changed: changed.length };
  });
}

/** What an alert was before and is after; `before` in the columns' own words. */
const changeOf = ({ id, previous, status, assignee, severity, disposition }: Triaged) => ({
  id,
  before: previous,
  after: { status, assignee: assignee?.id ?? null, severity, disposition },
});

/**
 * Undoes a change of a filter. Alerts that somebody changed since stay as they are now and are counted in `skipped`.
 * @throws AppError not_found for another person's change; conflict when it was undone before
 */
export async function undoBatch(actor: Actor, id: string): Promise<z.infer<typeof Undone>> {
  authorize(actor, 'alerts.triage');
  const actorId = personId(actor);
  if (!isUuid(id)) throw notFound('change');
  return transaction(async (client) => {
    const { rows } = await client.query<{ undone_at: Date | null; changes: ReturnType<typeof changeOf>[] }>(
      'SELECT undone_at, changes FROM alert_batches WHERE id = $1 AND actor_id = $2 FOR UPDATE',
      [id, actorId],
    );
    const [batch] = rows;
    if (!batch) throw notFound('change');
    if (batch.undone_at) throw new AppError('already_undone', 'This change was already undone.');
    await client.query('UPDATE alert_batches SET undone_at = now() WHERE id = $1', [id]);
    const asLeft = await unchangedSince(client, batch.changes);
    let restored = 0;
    for (const [key, ids] of grouped(batch.changes.filter((change) => asLeft.has(change.id)))) {
      // As it was: who had it may have been deactivated since, and still gets it back.
      const { changed } = await changeAlerts(client, actor, ids, AlertPatch.parse(JSON.parse(key)) as Change);
      restored += changed.length;
    }
    return { restored, skipped: batch.changes.length - restored };
  });
}

async function unchangedSince(client: pg.PoolClient, changes: ReturnType<typeof changeOf>[]): Promise<Set<string>> {
  const { rows } = await client.query<{ id: string }>(
    `SELECT a.id FROM jsonb_to_recordset($1::jsonb) AS x(id uuid, after jsonb) JOIN alerts a ON a.id = x.id
     WHERE (a.status, a.assignee_id, a.disposition) IS NOT DISTINCT FROM (x.after ->> 'status', x.after ->> 'assignee', x.after ->> 'disposition')
     ORDER BY a.id FOR NO KEY UPDATE OF a`,
    [JSON.stringify(changes)],
  );
  return new Set(rows.map((row) => row.id));
}

/** Alerts that were alike are changed back together. A reason and a disposition go with a closed alert only. */
function grouped(changes: ReturnType<typeof changeOf>[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const { id, before } of changes) {
    const key = JSON.stringify(before);
    groups.set(key, [...(groups.get(key) ?? []), id]);
  }
  return groups;
}

async function matchingIds(actor: Actor, filter: AlertFilter, receivedBefore: string): Promise<string[]> {
  const sql = new Conditions();
  addFilters(sql, actor, filter);
  sql.and(`a.received_at <= ${sql.value(receivedBefore)}::timestamptz`);
  const search = readSearch(filter.q);
  if (search) await addSearch(sql, search);
  const { rows } = await pool().query<{ id: string }>(
    `SELECT a.id FROM alerts a WHERE ${sql.where()} LIMIT ${MAX_MATCHING + 1}`,
    sql.values,
  );
  return rows.map((row) => row.id);
}
