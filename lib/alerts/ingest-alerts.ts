import type pg from 'pg';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { type Actor, authorize } from '../auth/guard';
import { audit } from '../db/audit';
import { transaction } from '../db/transaction';
import { databaseUnavailable } from '../db/unavailable';
import { AppError } from '../errors/app-error';
import { SEARCH_VECTOR } from './alert-search';
import { assignOccurrences, type Later, storeUpdates } from './alert-updates';
import { linkAlertEntities } from './link-entities';
import { readingColumns } from './reading-columns';
import type { Entity } from './schema';
import { type ReadAlert, Rejected, readBatch, rejection } from './sources';
import { storable } from './sources/parse-documents';

export const Ingested = z.object({
  /** Alerts that are new. */
  accepted: z.number(),
  /** Documents that say nothing new about a known alert (also twice in one request); it counts one more. */
  duplicates: z.number(),
  /** Documents about a known alert with other content: kept with the alert as an update. */
  updated: z.number(),
  /** The alerts' ids in the order of the accepted documents; a repeated one has the same id. */
  ids: z.array(z.string()),
  /** Items that could not be read. They are not stored; the others are. */
  rejected: z.array(Rejected),
});
export type Ingested = z.infer<typeof Ingested>;

/**
 * Takes in the alerts of a body (one, an array, or objects one after the other) in one transaction.
 * A body that is no JSON is refused whole. Of a batch the readable items are stored and the others named in `rejected`;
 * when none can be read, nothing is stored and the request is refused.
 * @throws AppError bad_request, unprocessable, not_found (unknown source), too_large, key_scope.
 */
export async function ingestAlerts(
  actor: Actor,
  source: string,
  text: string,
  options: { sample?: boolean } = {},
): Promise<Ingested> {
  authorize(actor, 'alerts.ingest');
  if (actor.source && actor.source !== source)
    throw new AppError('key_scope', `This API key sends for ${actor.source} only. Use the address of that source.`);
  const { alerts, rejected } = readBatch(source, text);
  if (alerts.length === 0 && rejected.length > 0) throw rejection(rejected);
  if (alerts.length === 0) return { accepted: 0, duplicates: 0, updated: 0, ids: [], rejected };
  return inTransaction(async (client) => {
    const reads = await assignOccurrences(client, alerts);
    const rows = distinctRows(reads, options.sample ?? false);
    const stored = new Map((await insertRows(client, rows)).map((row) => [keyOf(row.source, row.source_ref), row]));
    const updated = await storeUpdates(client, laterMessages(rows, stored));
    const accepted = [...stored.values()].filter((row) => row.inserted).length;
    const counts = { accepted, duplicates: alerts.length - accepted - updated, updated };
    await audit(client, {
      actorId: actor.id,
      verb: 'alerts.ingest',
      subjectKind: 'source',
      subjectId: source,
      data: { ...counts, rejected: rejected.slice(0, 20) },
    });
    const ids = reads.map(({ alert }) => stored.get(keyOf(alert.source, alert.sourceRef))?.id ?? '');
    return { ...counts, ids, rejected };
  });
}

/** `reads`: every message of the request about this alert, the first one first. */
type Row = { key: string; entities: Entity[]; json: string; reads: ReadAlert[] };
type Stored = { id: string; source: string; source_ref: string; entities: unknown; inserted: boolean };

const keyOf = (source: string, ref: string): string => `${source}\n${ref}`;

/** One row an alert, sorted: the order in which concurrent requests lock rows must be the same. The first document is kept. */
function distinctRows(alerts: ReadAlert[], sample: boolean): Row[] {
  const byKey = new Map<string, ReadAlert[]>();
  for (const read of alerts) {
    const key = keyOf(read.alert.source, read.alert.sourceRef);
    const reads = byKey.get(key);
    if (reads) reads.push(read);
    else byKey.set(key, [read]);
  }
  return [...byKey]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, reads]) => {
      const [first] = reads as [ReadAlert, ...ReadAlert[]]; // made with one above
      return { key, reads, entities: first.alert.entities, json: rowJson(first, reads.length, sample) };
    });
}

/** The messages that are not an alert's first document. */
function laterMessages(rows: Row[], stored: Map<string, Stored>): Later[] {
  return rows.flatMap(({ key, reads }) => {
    const row = stored.get(key);
    if (!row) return [];
    const later = row.inserted ? reads.slice(1) : reads;
    return later.map((read) => ({ alertId: row.id, entities: row.entities, read }));
  });
}

function rowJson({ alert, rawText, series }: ReadAlert, count: number, sample: boolean): string {
  const columns = readingColumns(alert);
  const values = {
    id: uuid(),
    ...columns,
    // The end of a condition whose start never came is no alarm.
    severity: series && alert.resolvedAt ? 1 : columns.severity,
    resolved_at: alert.resolvedAt?.toISOString() ?? null,
    series: series ?? null,
    count,
    sample,
  };
  // The document's own text where it can be stored as it is: numbers beyond 2^53 keep their digits.
  return `${JSON.stringify(storable(values)).slice(0, -1)},"raw":${rawText ?? JSON.stringify(alert.raw)}}`;
}

/** Rows a statement: jsonb has a limit of 256 MB, and a long statement holds its locks long. */
const CHUNK = 500;

async function insertRows(client: pg.PoolClient, rows: Row[]): Promise<Stored[]> {
  const stored: Stored[] = [];
  for (let from = 0; from < rows.length; from += CHUNK) {
    const chunk = rows.slice(from, from + CHUNK);
    const { rows: answers } = await client.query<Stored>(INSERT_ALERTS, [
      `[${chunk.map((row) => row.json).join(',')}]`,
    ]);
    stored.push(...answers);
  }
  await linkNew(client, rows, stored);
  return stored;
}

/** After all alerts, so that every transaction locks alerts before entities. */
async function linkNew(client: pg.PoolClient, rows: Row[], stored: Stored[]): Promise<void> {
  const entitiesOf = new Map(rows.map((row) => [row.key, row.entities]));
  const links = stored
    .filter((row) => row.inserted)
    .flatMap((row) =>
      (entitiesOf.get(keyOf(row.source, row.source_ref)) ?? []).map((entity) => ({ alert_id: row.id, ...entity })),
    );
  await linkAlertEntities(client, links);
}

const INSERT_ALERTS = `
  INSERT INTO alerts (id, source, source_ref, title, description, rule, severity, reported_severity, severity_source, occurred_at,
    time_source, resolved_at, series, link, techniques, entities, raw, count, sample, search)
  SELECT x.id, x.source, x.source_ref, x.title, x.description, x.rule, x.severity, x.severity, x.severity_source, x.occurred_at,
         x.time_source, x.resolved_at, x.series, x.link, x.techniques,
         x.entities, x.raw, x.count, x.sample, ${SEARCH_VECTOR('x.search_text')}
  FROM jsonb_to_recordset($1::jsonb) AS x(
    id uuid, source text, source_ref text, title text, description text, rule text, severity smallint, severity_source text,
    occurred_at timestamptz, time_source text, resolved_at timestamptz, series text, link text, techniques text[], entities jsonb, raw jsonb, count int, sample boolean, search_text text)
  ORDER BY x.source, x.source_ref
  ON CONFLICT (source, source_ref) DO UPDATE
    SET count = alerts.count + excluded.count, last_seen_at = now(),
        -- The sender found it worse than before (GuardDuty sends a finding again with more): so is the alert. What a
        -- person set stays when the sender only repeats itself, or finds it less.
        severity = CASE WHEN excluded.reported_severity > alerts.reported_severity
                        THEN greatest(alerts.severity, excluded.severity) ELSE alerts.severity END,
        reported_severity = greatest(alerts.reported_severity, excluded.reported_severity),
        -- A sample that a real sender sends as well is real from then on.
        sample = alerts.sample AND excluded.sample
  RETURNING id, source, source_ref, entities, (xmax = 0) AS inserted`;

/** Deadlock detected, could not serialise: nothing is wrong with the request. */
const RETRYABLE = new Set(['40P01', '40001']);

const TRY_AGAIN = 'The database can’t take alerts now. Nothing was stored; send it again in a minute.';

async function inTransaction<T>(run: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await transaction(run);
    } catch (error) {
      const code = (error as { code?: string }).code ?? '';
      if (attempt < 3 && RETRYABLE.has(code)) continue;
      throw databaseUnavailable(error, TRY_AGAIN) ?? error;
    }
  }
}
