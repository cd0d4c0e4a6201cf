import type pg from 'pg';
import { z } from 'zod';
import { type Actor, authorize, personId } from '../auth/guard';
import { audit } from '../db/audit';
import { db } from '../db/client';
import { transaction } from '../db/transaction';
import { AppError, notFound } from '../errors/app-error';
import { type AlertRow, ITEM_COLUMNS, JOIN_ITEM, toItem } from './alert-rows';
import { AlertItem, AlertPatch, AlertStatus, Disposition, Severity, severityOf, severityRank } from './schema';

/** The values before the change. Sent back as a patch, they undo it. */
export const Previous = z.object({
  status: AlertStatus,
  assignee: z.string().nullable(),
  severity: Severity,
  disposition: Disposition.nullable(),
  reason: z.string().nullable(),
});
export type Previous = z.infer<typeof Previous>;
export const Triaged = AlertItem.extend({ previous: Previous });
export type Triaged = z.infer<typeof Triaged>;

export const BulkTriaged = z.object({
  changed: z.array(Triaged),
  failed: z.array(z.object({ id: z.string(), message: z.string(), reason: z.enum(['not_found', 'bad_request']) })),
});
export type BulkTriaged = z.infer<typeof BulkTriaged>;

const MAX_IDS = 500;
export const BulkTriage = z.strictObject({
  ids: z.array(z.uuid()).min(1, 'Ids: send at least one.').max(MAX_IDS, `At most ${MAX_IDS} alerts at once.`),
  patch: AlertPatch,
});

/**
 * Changes one alert. A new alert that is given to somebody is open. A disposition needs status closed (said now or before); leaving closed clears it and the time of closing.
 * @throws AppError not_found; bad_request for an unknown or disabled assignee, or a disposition on an open alert.
 */
export async function triageAlert(actor: Actor, id: string, patch: AlertPatch): Promise<Triaged> {
  if (!z.uuid().safeParse(id).success) throw notFound('alert');
  const { changed, failed } = await triageAlerts(actor, [id], patch);
  const [alert] = changed;
  if (alert) return alert;
  throw new AppError(failed[0]?.reason ?? 'not_found', failed[0]?.message ?? 'There is no such alert.');
}

/**
 * Changes up to 500 alerts alike, in one transaction with one audit row each. Those that can't take the change are named in
 * `failed` and the others are changed. `changed` is in the order of `ids`.
 */
export async function triageAlerts(actor: Actor, ids: string[], patch: AlertPatch): Promise<BulkTriaged> {
  authorize(actor, 'alerts.triage');
  const bulk = BulkTriage.parse({ ids: [...new Set(ids)], patch });
  const change = await resolveChange(actor, bulk.patch);
  return transaction((client) => changeAlerts(client, actor, bulk.ids, change));
}

/** A patch with its assignee as a user's id; before the transaction, which must not wait for a second connection. */
export async function resolveChange(actor: Actor, patch: AlertPatch): Promise<Change> {
  return { ...patch, assignee: await assigneeOf(actor, patch.assignee) };
}

/** The change in the caller's transaction, for any number of distinct ids. No permission check. */
export async function changeAlerts(
  client: pg.PoolClient,
  actor: Actor,
  ids: string[],
  change: Change,
): Promise<BulkTriaged> {
  // In the order of ids, so that two bulk changes can't wait for each other; NO KEY leaves intake's links free.
  const { rows } = await client.query<Current>(
    `SELECT id, status, assignee_id, severity, disposition, close_reason FROM alerts WHERE id = ANY($1::uuid[]) ORDER BY id FOR NO KEY UPDATE`,
    [ids],
  );
  const before = new Map(rows.map((row) => [row.id, row]));
  const failed = ids.flatMap((id) => failure(id, before.get(id), change));
  const wrong = new Set(failed.map((item) => item.id));
  const good = ids.filter((id) => !wrong.has(id));
  if (good.length > 0) await apply(client, actor, good, change, before);
  return { changed: await readChanged(client, good, before), failed };
}

type Current = {
  id: string;
  status: AlertStatus;
  assignee_id: string | null;
  severity: number;
  disposition: Disposition | null;
  close_reason: string | null;
};
export type Change = Omit<AlertPatch, 'assignee'> & { assignee: string | null | undefined };

/** undefined: stays; null: nobody. @throws AppError bad_request for who can't be given work. */
async function assigneeOf(actor: Actor, assignee: string | null | undefined): Promise<string | null | undefined> {
  if (assignee === undefined || assignee === null) return assignee;
  const id = assignee === 'me' ? personId(actor) : assignee;
  const user = await db().user.findUnique({ where: { id }, select: { disabledAt: true, name: true } });
  if (!user)
    throw new AppError('unknown_assignee', 'assignee: there is no such user. Take an id from GET /api/users, or "me".');
  if (user.disabledAt)
    throw new AppError(
      'unknown_assignee',
      `assignee: the account of ${user.name} is deactivated. Choose someone else.`,
    );
  return id;
}

function failure(id: string, row: Current | undefined, change: Change): BulkTriaged['failed'] {
  if (!row) return [{ id, message: 'There is no such alert.', reason: 'not_found' }];
  const status = change.status ?? row.status;
  const field = change.disposition ? 'disposition' : change.reason ? 'reason' : null;
  if (field === null || status === 'closed') return [];
  return [
    { id, message: `${field}: only a closed alert has one. Send status "closed" with it.`, reason: 'bad_request' },
  ];
}

async function apply(
  client: pg.PoolClient,
  actor: Actor,
  ids: string[],
  change: Change,
  before: Map<string, Current>,
): Promise<void> {
  await client.query(
    `UPDATE alerts SET
       status = coalesce($2, CASE WHEN status = 'new' AND $5::text IS NOT NULL THEN 'open' END, status),
       severity = coalesce($3::smallint, severity),
       assignee_id = CASE WHEN $4 THEN $5 ELSE assignee_id END,
       disposition = CASE WHEN coalesce($2, status) <> 'closed' THEN NULL WHEN $6 THEN $7 ELSE disposition END,
       close_reason = CASE WHEN coalesce($2, status) <> 'closed' THEN NULL WHEN $8 THEN $9 ELSE close_reason END,
       closed_at = CASE WHEN coalesce($2, status) <> 'closed' THEN NULL WHEN status = 'closed' THEN closed_at ELSE now() END
     WHERE id = ANY($1::uuid[])`,
    [
      ids,
      change.status ?? null,
      change.severity ? severityRank(change.severity) : null,
      change.assignee !== undefined,
      change.assignee ?? null,
      change.disposition !== undefined,
      change.disposition ?? null,
      change.reason !== undefined,
      change.reason ?? null,
    ],
  );
  const said = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  const lines = ids.map((subjectId) => {
    const data = { patch: said, previous: previousOf(before.get(subjectId)) };
    return { actorId: actor.id, verb: 'alerts.triage', subjectKind: 'alert', subjectId, data };
  });
  await audit(client, lines);
}

async function readChanged(client: pg.PoolClient, ids: string[], before: Map<string, Current>): Promise<Triaged[]> {
  const { rows } = await client.query<AlertRow>(
    `SELECT ${ITEM_COLUMNS} FROM alerts a ${JOIN_ITEM} WHERE a.id = ANY($1::uuid[]) ORDER BY array_position($1::uuid[], a.id)`,
    [ids],
  );
  return rows.flatMap((row) => {
    const previous = previousOf(before.get(row.id));
    return previous ? [{ ...toItem(row), previous }] : [];
  });
}

function previousOf(row: Current | undefined): Previous | undefined {
  return (
    row && {
      status: row.status,
      assignee: row.assignee_id,
      severity: severityOf(row.severity),
      disposition: row.disposition,
      reason: row.close_reason,
    }
  );
}
