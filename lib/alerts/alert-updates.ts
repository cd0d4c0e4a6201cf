import type pg from 'pg';
import { hashOf } from '../text/canonical-json';
import { SEARCH_VECTOR, searchText } from './alert-search';
import { mergeEntities } from './entities';
import { linkAlertEntities } from './link-entities';
import { Entity, severityRank } from './schema';
import type { ReadAlert } from './sources';
import { storable } from './sources/parse-documents';

/**
 * Gives each message of a recurring condition the reference of the alert it belongs to. The sender's id names the condition, not its
 * occurrence: a message about the occurrence that is open belongs to it, and one that starts after it ended is a new alert.
 * Inside the caller's transaction; two deliveries about one condition wait for each other.
 */
export async function assignOccurrences(client: pg.PoolClient, reads: ReadAlert[]): Promise<ReadAlert[]> {
  const keys = [
    ...new Set(reads.filter(({ alert }) => alert.series).map(({ alert }) => keyOf(alert.source, alert.sourceRef))),
  ].sort();
  if (keys.length === 0) return reads;
  await client.query(
    `SELECT pg_advisory_xact_lock(hashtextextended(k, 0)) FROM (SELECT unnest($1::text[]) AS k ORDER BY 1) s`,
    [keys],
  );
  const { rows } = await client.query<Occurrence & { key: string }>(
    `SELECT k AS key, n.source_ref AS ref, n.occurred_at AS start, n.resolved_at AS "end"
     FROM unnest($1::text[]) AS k JOIN LATERAL (
       SELECT source_ref, occurred_at, resolved_at FROM alerts
       WHERE source = split_part(k, chr(10), 1) AND series = split_part(k, chr(10), 2)
       ORDER BY occurred_at DESC LIMIT 1) n ON true`,
    [keys],
  );
  const newest = new Map<string, Occurrence>(rows.map(({ key, ...occurrence }) => [key, occurrence]));
  return reads.map((read) => (read.alert.series ? withOccurrence(read, newest) : read));
}

type Occurrence = { ref: string; start: Date; end: Date | null };

const keyOf = (source: string, ref: string): string => `${source}\n${ref}`;

function withOccurrence(read: ReadAlert, newest: Map<string, Occurrence>): ReadAlert {
  const { alert } = read;
  const key = keyOf(alert.source, alert.sourceRef);
  const last = newest.get(key);
  const startsAnew = last?.end && !alert.resolvedAt && alert.occurredAt > last.start && alert.occurredAt >= last.end;
  if (!last || startsAnew) {
    const ref = startsAnew ? `${alert.sourceRef.slice(0, 990)}@${alert.occurredAt.toISOString()}` : alert.sourceRef;
    newest.set(key, { ref, start: alert.occurredAt, end: alert.resolvedAt });
    return { ...read, alert: { ...alert, sourceRef: ref }, series: alert.sourceRef };
  }
  newest.set(key, { ...last, end: last.end ?? alert.resolvedAt });
  return { ...read, alert: { ...alert, sourceRef: last.ref }, series: alert.sourceRef };
}

/** A message about an alert that is known: the alert's id, and what the alert's row says now. */
export type Later = { alertId: string; entities: unknown; read: ReadAlert };

/**
 * Keeps the messages whose content differs from the alert's first document and from each other, and brings the alert up to them: entities and
 * searchable text are added, the end of the condition is noted. Severity is raised where alerts are inserted.
 * @returns how many of the messages say something new.
 */
export async function storeUpdates(client: pg.PoolClient, messages: Later[]): Promise<number> {
  const distinct = new Map<string, Later>();
  for (const later of messages) {
    const key = keyOf(later.alertId, hashOf(later.read.alert.raw));
    if (!distinct.has(key)) distinct.set(key, later);
  }
  const candidates = [...distinct];
  const news: Later[] = [];
  for (let from = 0; from < candidates.length; from += CHUNK) {
    const chunk = candidates.slice(from, from + CHUNK);
    const json = chunk.map(([key, later]) => updateJson(later, key.slice(key.indexOf('\n') + 1)));
    const { rows } = await client.query<{ alert_id: string; content_hash: string }>(INSERT_UPDATES, [
      `[${json.join(',')}]`,
    ]);
    const stored = new Set(rows.map((row) => keyOf(row.alert_id, row.content_hash)));
    news.push(...chunk.filter(([key]) => stored.has(key)).map(([, later]) => later));
  }
  await applyToAlerts(client, news);
  return news.length;
}

/** Rows a statement: jsonb has a limit of 256 MB. */
const CHUNK = 500;

function updateJson({ alertId, read }: Later, hash: string): string {
  const { alert, rawText } = read;
  const fields = {
    alert_id: alertId,
    hash,
    title: alert.title,
    severity: severityRank(alert.severity),
    resolved: alert.resolvedAt !== null,
    occurred_at: alert.occurredAt.toISOString(),
  };
  return `${JSON.stringify(storable(fields)).slice(0, -1)},"raw":${rawText ?? JSON.stringify(alert.raw)}}`;
}

const INSERT_UPDATES = `
  INSERT INTO alert_updates (alert_id, content_hash, title, severity, resolved, occurred_at, raw)
  SELECT x.alert_id, x.hash, x.title, x.severity, x.resolved, x.occurred_at, x.raw
  FROM jsonb_to_recordset($1::jsonb) AS x(
    alert_id uuid, hash text, title text, severity smallint, resolved boolean, occurred_at timestamptz, raw jsonb)
  JOIN alerts a ON a.id = x.alert_id
  WHERE a.raw <> x.raw
  ON CONFLICT (alert_id, content_hash) DO NOTHING
  RETURNING alert_id, content_hash`;

async function applyToAlerts(client: pg.PoolClient, news: Later[]): Promise<void> {
  const byAlert = new Map<string, { entities: Entity[]; texts: string[]; resolvedAt: string | null }>();
  for (const { alertId, entities, read } of news) {
    const { alert } = read;
    const row = byAlert.get(alertId) ?? { entities: Entity.array().parse(entities), texts: [], resolvedAt: null };
    row.entities = mergeEntities(row.entities, alert.entities);
    row.texts.push(alert.title, alert.description, ...alert.entities.map((entity) => entity.value));
    row.resolvedAt = alert.resolvedAt?.toISOString() ?? row.resolvedAt;
    byAlert.set(alertId, row);
  }
  if (byAlert.size === 0) return;
  const values = [...byAlert].map(([id, { entities, texts, resolvedAt }]) => ({
    id,
    entities,
    text: searchText(texts),
    resolved_at: resolvedAt,
  }));
  await client.query(
    `UPDATE alerts a SET entities = x.entities, search = a.search || ${SEARCH_VECTOR('x.text')},
       resolved_at = COALESCE(a.resolved_at, x.resolved_at)
     FROM jsonb_to_recordset($1::jsonb) AS x(id uuid, entities jsonb, text text, resolved_at timestamptz) WHERE a.id = x.id`,
    [JSON.stringify(storable(values))],
  );
  const links = news.flatMap(({ alertId, read }) =>
    read.alert.entities.map((entity) => ({ alert_id: alertId, ...entity })),
  );
  await linkAlertEntities(client, links);
}
