import { pool } from '../db/client';
import { SEARCH_VECTOR } from './alert-search';
import { readingColumns } from './reading-columns';
import { readBatch } from './sources';
import { storable } from './sources/parse-documents';

/**
 * Gives the alerts that were made of these very documents the reading of today's adapters. A severity that a person set stays; so does
 * everything else that people set.
 * @returns how many alerts were read differently now.
 * @throws AppError as readBatch
 */
export async function rereadAlerts(source: string, text: string): Promise<number> {
  const { alerts } = readBatch(source, text);
  if (alerts.length === 0) return 0;
  const rows = alerts.map(
    ({ alert, rawText }) =>
      `${JSON.stringify(storable(readingColumns(alert))).slice(0, -1)},"raw":${rawText ?? JSON.stringify(alert.raw)}}`,
  );
  const { rowCount } = await pool().query(UPDATE_READINGS, [`[${rows.join(',')}]`]);
  return rowCount ?? 0;
}

/** A time of receipt stays the first one's. */
const UPDATE_READINGS = `
  UPDATE alerts a SET title = x.title, description = x.description, rule = x.rule, link = x.link, techniques = x.techniques, entities = x.entities,
    severity = CASE WHEN a.severity = a.reported_severity THEN x.severity ELSE a.severity END,
    reported_severity = x.severity, severity_source = x.severity_source, time_source = x.time_source,
    occurred_at = CASE WHEN x.time_source = 'receipt' THEN a.occurred_at ELSE x.occurred_at END,
    search = ${SEARCH_VECTOR('x.search_text')}
  FROM jsonb_to_recordset($1::jsonb) AS x(
    source text, source_ref text, title text, description text, rule text, severity smallint, severity_source text, occurred_at timestamptz,
    time_source text, link text, techniques text[], entities jsonb, search_text text, raw jsonb)
  WHERE a.source = x.source AND a.source_ref = x.source_ref AND a.raw = x.raw
    AND (a.title, a.description, a.rule, a.reported_severity, a.severity_source, a.techniques, a.entities, a.link)
      IS DISTINCT FROM (x.title, x.description, x.rule, x.severity, x.severity_source, x.techniques, x.entities, x.link)`;
