import path from 'node:path';
import { columnId, type Manifest, type Part } from './manifest';
import type { SourceField } from './source-fields';
import { jsonPointer, quoteName, quoteText } from './sql-text';
import { isoMicros } from './to-json';

export type TimeRange = { from: number; to: number };

export type ViewInput = {
  name: string;
  segments: Manifest[];
  columns: SourceField[];
  hasTime: boolean;
  cacheDir: string;
};

/**
 * A source as a view limited to the range, and the parts it reads. Rows without a time are in every range. Parts outside the range are left out. A column that a
 * part doesn't store (too rare there) is taken from that part's raw events, so that no value is ever missing.
 */
export function viewOf(source: ViewInput, range: TimeRange): { sql: string; files: string[] } {
  const groups = new Map<string, { segment: Manifest; part: Part; files: string[] }>();
  for (const segment of source.segments) {
    for (const part of segment.parts) {
      if (part.rows === 0 || (source.hasTime && !overlaps(part, range))) continue;
      const layout = JSON.stringify(part.columns.map((column) => [column.path, column.type]).sort());
      const key = `${layout}${source.columns.map((column) => known(segment, column)).join('')}`;
      const group = groups.get(key) ?? { segment, part, files: [] };
      group.files.push(path.join(source.cacheDir, part.file));
      groups.set(key, group);
    }
  }
  const selects = [...groups.values()].map((group) => selectFrom(source, group, range));
  if (selects.length === 0) selects.push(emptySelect(source.columns));
  return {
    sql: `CREATE VIEW ${quoteName(source.name)} AS ${selects.join(' UNION ALL ')}`,
    files: [...groups.values()].flatMap((group) => group.files),
  };
}

function selectFrom(
  source: ViewInput,
  group: { segment: Manifest; part: Part; files: string[] },
  range: TimeRange,
): string {
  const columns = source.columns.map(
    (column) => `${columnOf(group.segment, group.part, column)} AS ${quoteName(column.name)}`,
  );
  const list = ['_time', ...columns, 'raw::JSON AS raw', '_file', '_line'].join(', ');
  const files = group.files.map(quoteText).join(', ');
  const where = source.hasTime
    ? ` WHERE _time IS NULL OR _time BETWEEN TIMESTAMPTZ '${isoMicros(range.from)}' AND TIMESTAMPTZ '${isoMicros(range.to)}'`
    : '';
  return `SELECT ${list} FROM read_parquet([${files}])${where}`;
}

function columnOf(segment: Manifest, part: Part, column: SourceField): string {
  const id = columnId(column.path);
  const stored = part.columns.find((candidate) => columnId(candidate.path) === id);
  // A double has lost how the number was written; as text it is taken from the event itself.
  if (stored && !(stored.type === 'DOUBLE' && column.type === 'VARCHAR')) {
    return stored.type === column.type && column.type !== 'JSON' && column.type !== 'HUGEINT'
      ? id
      : `CAST(${id} AS ${column.type})`;
  }
  if (!stored && !known(segment, column)) return `CAST(NULL AS ${column.type})`;
  const text = `json_extract_string(raw, ${quoteText(jsonPointer(column.path))})`;
  return column.type === 'VARCHAR' ? text : `TRY_CAST(${text} AS ${column.type})`;
}

/** Whether the segment may have the field at all. */
function known(segment: Manifest, column: SourceField): boolean {
  if (!segment.fieldsComplete) return true;
  let paths = knownPaths.get(segment);
  if (!paths) {
    // Objects too: a query may name one whole.
    paths = new Set(segment.fields.flatMap(({ path: keys }) => keys.map((_, at) => columnId(keys.slice(0, at + 1)))));
    knownPaths.set(segment, paths);
  }
  return paths.has(columnId(column.path));
}

const knownPaths = new WeakMap<Manifest, Set<string>>();

function emptySelect(columns: SourceField[]): string {
  const list = columns.map((column) => `CAST(NULL AS ${column.type}) AS ${quoteName(column.name)}`);
  return `SELECT ${['NULL::TIMESTAMPTZ AS _time', ...list, 'NULL::JSON AS raw', 'NULL::VARCHAR AS _file', 'NULL::BIGINT AS _line'].join(', ')} WHERE false`;
}

function overlaps(part: Part, range: TimeRange): boolean {
  if (part.untimed > 0 || part.from === null || part.to === null) return true;
  return part.from <= range.to && part.to >= range.from;
}
