import type pg from 'pg';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { type Actor, authorize } from '../auth/guard';
import { pool, type Tx } from '../db/client';
import { databaseUnavailable } from '../db/unavailable';
import { MAX_SEARCH_TEXT, SEARCH_VECTOR } from './alert-search';
import { type Entity, severityRank } from './schema';
import { type ReadAlert, Rejected, readBatch, rejection } from './sources';
import { storable } from './sources/parse-documents';

export const Ingested = z.object({
  /** New alerts. */
  accepted: z.number(),
  /** Documents of alerts that exist already (or occur twice in one request). */
  duplicates: z.number(),
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
 * @throws AppError bad_request, unprocessable, not_found (unknown source), too_large.
 */
export async function ingestAlerts(
  actor: Actor,
  source: string,
  text: string,
  options: { sample?: boolean } = {},
): Promise<Ingested> {
  authorize(actor, 'alerts.ingest');
  const { alerts, rejected } = readBatch(source, text);
  if (alerts.length === 0 && rejected.length > 0) throw rejection(rejected);
  if (alerts.length === 0) return { accepted: 0, duplicates: 0, ids: [], rejected };
  const rows = distinctRows(alerts, options.sample ?? false);
  const stored = await inTransaction(async (client) => {
    const answers = await insertRows(client, rows);
    const added = answers.filter((answer) => answer.inserted).length;
    await client.query(
      `INSERT INTO audit (actor_id, verb, subject_kind, subject_id, data) VALUES ($1, 'alerts.ingest', 'source', $2, $3)`,
      [
        actor.id,
        source,
        JSON.stringify({ accepted: added, duplicates: alerts.length - added, rejected: rejected.slice(0, 20) }),
      ],
    );
    return answers;
  });
  const idOf = new Map(stored.map((row) => [keyOf(row.source, row.source_ref), row.id]));
  const accepted = stored.filter((row) => row.inserted).length;
  return {
    accepted,
    duplicates: alerts.length - accepted,
    ids: alerts.map(({ alert }) => idOf.get(keyOf(alert.source, alert.sourceRef)) ?? ''),
    rejected,
  };
}

/**
 * Links entities to an alert or an investigation inside the caller's transaction; new ones are added.
 * Sorted, so that two transactions that add the same entities can't wait for each other in a circle.
 * Links that are there already stay; none is taken away.
 */
export async function linkEntities(
  tx: Tx,
  target: { alertId: string } | { investigationId: string },
  entities: readonly Entity[],
): Promise<void> {
  if (entities.length === 0) return;
  const json = JSON.stringify(storable(entities));
  await tx.$executeRawUnsafe(ADD_ENTITIES, json);
  if ('alertId' in target) await tx.$executeRawUnsafe(LINK_ALERT, json, target.alertId);
  else await tx.$executeRawUnsafe(LINK_INVESTIGATION, json, target.investigationId);
}

const ADD_ENTITIES = `
  INSERT INTO entities (kind, value)
  SELECT DISTINCT x.kind, x.value FROM jsonb_to_recordset($1::jsonb) AS x(kind text, value text)
  WHERE NOT EXISTS (SELECT FROM entities e WHERE e.kind = x.kind AND e.value = x.value)
  ORDER BY x.kind, x.value
  ON CONFLICT (kind, value) DO NOTHING`;
const linkTo = (table: string, column: string): string => `
  INSERT INTO ${table} (${column}, entity_id)
  SELECT DISTINCT $2::uuid, e.id FROM jsonb_to_recordset($1::jsonb) AS x(kind text, value text)
  JOIN entities e ON e.kind = x.kind AND e.value = x.value
  ON CONFLICT DO NOTHING`;
const LINK_ALERT = linkTo('alert_entities', 'alert_id');
const LINK_INVESTIGATION = linkTo('investigation_entities', 'investigation_id');

type Row = { key: string; count: number; entities: Entity[]; json: string };
type Stored = { id: string; source: string; source_ref: string; inserted: boolean };

const keyOf = (source: string, ref: string): string => `${source}\n${ref}`;

/** One row an alert, sorted: the order in which concurrent requests lock rows must be the same. The first document is kept. */
function distinctRows(alerts: ReadAlert[], sample: boolean): Row[] {
  const rows = new Map<string, { read: ReadAlert; count: number }>();
  for (const read of alerts) {
    const key = keyOf(read.alert.source, read.alert.sourceRef);
    const row = rows.get(key);
    if (row) row.count += 1;
    else rows.set(key, { read, count: 1 });
  }
  return [...rows]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, { read, count }]) => ({
      key,
      count,
      entities: read.alert.entities,
      json: rowJson(read, count, sample),
    }));
}

function rowJson({ alert, rawText }: ReadAlert, count: number, sample: boolean): string {
  const { raw, ...rest } = alert;
  const values = {
    id: uuid(),
    source: rest.source,
    source_ref: rest.sourceRef,
    title: rest.title,
    description: rest.description,
    rule: rest.rule,
    severity: severityRank(rest.severity),
    occurred_at: rest.occurredAt.toISOString(),
    link: rest.link,
    techniques: rest.techniques,
    entities: rest.entities,
    count,
    sample,
    // Indicators first: long texts are cut.
    search_text: [
      rest.title,
      rest.rule ?? '',
      rest.sourceRef,
      ...rest.techniques,
      ...rest.entities.map((entity) => entity.value),
      rest.description,
    ]
      .join('\n')
      .slice(0, MAX_SEARCH_TEXT),
  };
  // The document's own text where it can be stored as it is: numbers beyond 2^53 keep their digits.
  return `${JSON.stringify(storable(values)).slice(0, -1)},"raw":${rawText ?? JSON.stringify(raw)}}`;
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
  if (links.length === 0) return;
  const json = JSON.stringify(storable(links));
  await client.query(ADD_ENTITIES, [json]);
  await client.query(
    `INSERT INTO alert_entities (alert_id, entity_id)
     SELECT DISTINCT x.alert_id, e.id FROM jsonb_to_recordset($1::jsonb) AS x(alert_id uuid, kind text, value text)
     JOIN entities e ON e.kind = x.kind AND e.value = x.value
     ON CONFLICT DO NOTHING`,
    [json],
  );
}

const INSERT_ALERTS = `
  INSERT INTO alerts (id, source, source_ref, title, description, rule, severity, reported_severity, occurred_at, link, techniques, entities, raw, count, sample, search)
  SELECT x.id, x.source, x.source_ref, x.title, x.description, x.rule, x.severity, x.severity, x.occurred_at, x.link, x.techniques,
         x.entities, x.raw, x.count, x.sample, ${SEARCH_VECTOR('x.search_text')}
  FROM jsonb_to_recordset($1::jsonb) AS x(
    id uuid, source text, source_ref text, title text, description text, rule text, severity smallint, occurred_at timestamptz,
    link text, techniques text[], entities jsonb, raw jsonb, count int, sample boolean, search_text text)
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
  RETURNING id, source, source_ref, (xmax = 0) AS inserted`;

/** Deadlock detected, could not serialise: nothing is wrong with the request. */
const AGAIN = new Set(['40P01', '40001']);

const TRY_AGAIN = 'The database can’t take alerts now. Nothing was stored; send it again in a minute.';

async function inTransaction<T>(run: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const client = await pool()
      .connect()
      .catch((error: unknown) => {
        throw databaseUnavailable(error, TRY_AGAIN) ?? error;
      });
    try {
      await client.query('BEGIN');
      const answer = await run(client);
      await client.query('COMMIT');
      return answer;
    } catch (error) {
      await client.query('ROLLBACK').catch(() => {});
      const code = (error as { code?: string }).code ?? '';
      if (attempt < 3 && AGAIN.has(code)) continue;
      throw databaseUnavailable(error, TRY_AGAIN) ?? error;
    } finally {
      client.release();
    }
  }
}
