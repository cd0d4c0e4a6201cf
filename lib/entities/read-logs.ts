import type { EntityKind } from '../alerts/schema';
import { type Actor, authorize } from '../auth/guard';
import { listLogSources, queryLogs } from '../connections/log-sources';
import { findForms } from './find-forms';
import { lastSeenOf } from './read-entity';
import { requireSubject } from './require-subject';
import type { EntityLogs } from './schema';

const DAY_MS = 86_400_000;
const MAX_ROWS = 100;
const MAX_SOURCES = 50;
const MAX_NAMES = 10;
const SHOWN_CHARS = 1000;

/**
 * What the logs have of an entity: one query over all log sources, in the week up to a day after it was last seen. Nothing is recorded.
 * @throws AppError bad_request for a value that can't be of its kind; unavailable when the logs can't be read
 */
export async function readEntityLogs(actor: Actor, path: { kind: EntityKind; value: string }): Promise<EntityLogs> {
  authorize(actor, 'logs.search');
  const subject = requireSubject(path);
  const { ids, forms } = await findForms(subject);
  const [{ sources: listed }, lastSeen] = await Promise.all([listLogSources(actor), lastSeenOf(ids)]);
  const end = (lastSeen ? Date.parse(lastSeen) : Date.now()) + DAY_MS;
  const range = { from: new Date(end - 8 * DAY_MS).toISOString(), to: new Date(end).toISOString() };
  const sources = listed.map(({ name }) => name).slice(0, MAX_SOURCES);
  if (sources.length === 0) return { ...range, sources, rows: [], truncated: false };
  const names = [...new Set([subject, ...forms].map(({ value }) => value.toLowerCase()))].slice(0, MAX_NAMES);
  const sql = sources.map((source) => selectFrom(source, names)).join('\nUNION ALL\n');
  const found = await queryLogs(actor, {
    sql: `SELECT * FROM (\n${sql}\n) found ORDER BY time DESC NULLS LAST`,
    ...range,
    limit: MAX_ROWS,
  });
  const rows = found.rows.map(([source, time, event]) => ({
    source: String(source),
    time: String(time ?? ''),
    event: String(event ?? '').slice(0, SHOWN_CHARS),
  }));
  return { ...range, sources, rows, truncated: found.truncated };
}

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;

const selectFrom = (source: string, names: string[]): string =>
  `SELECT ${text(source)} AS source, _time AS time, CAST(raw AS VARCHAR) AS event FROM "${source.replaceAll('"', '""')}"
WHERE ${names.map((name) => `contains(lower(CAST(raw AS VARCHAR)), ${text(name)})`).join(' OR ')}`;
