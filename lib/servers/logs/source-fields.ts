import { type FieldStat, filledCount, mergeFields, type SqlType, sqlType } from './field-tree';
import { absentField } from './known-fields';
import type { Manifest } from './manifest';
import { jsonPath } from './sql-text';

export type SourceField = { name: string; path: string[]; type: SqlType; filled: number; samples: string[] };

/** The most columns a view has; the rest is reached through raw. */
const MAX_COLUMNS = 250;
const MIN_FILL = 0.01;
const FIXED = ['_time', 'raw', '_file', '_line'];

export type SourceFields = {
  /** The view's columns, most filled first. */
  columns: SourceField[];
  /** All other leaf paths, written `$.a.b`, most filled first. */
  rare: { path: string[]; text: string; count: number; sample: string | null }[];
};

/**
 * The columns of a source over all its segments: the frequent leaf fields under their dotted paths. Columns that differ in
 * case only, or bear the name of a fixed column, get a suffix, because SQL names ignore case.
 */
export function sourceFields(segments: Manifest[]): SourceFields {
  const rows = segments.reduce((sum, segment) => sum + segment.parts.reduce((inner, part) => inner + part.rows, 0), 0);
  const fields = mergeFields(segments.map((segment) => segment.fields as FieldStat[]));
  const frequent = fields.filter((field) => filledCount(field.kinds) >= rows * MIN_FILL).slice(0, MAX_COLUMNS);
  const chosen = new Set(frequent);
  const used = new Set(FIXED);
  const columns = frequent.map((field) => {
    const plain = field.path.join('.') || 'value';
    let name = FIXED.includes(plain.toLowerCase()) ? `${plain}_field` : plain;
    for (let copy = 2; used.has(name.toLowerCase()); copy += 1) name = `${plain}_${copy}`;
    used.add(name.toLowerCase());
    return {
      name,
      path: field.path,
      type: sqlType(field.kinds),
      filled: rows ? Math.min(1, filledCount(field.kinds) / rows) : 0,
      samples: field.samples.slice(0, 5).map(([value]) => value),
    };
  });
  const rare = fields
    .filter((field) => !chosen.has(field))
    .map((field) => ({
      path: field.path,
      text: jsonPath(field.path),
      count: filledCount(field.kinds),
      sample: field.samples[0]?.[0] ?? null,
    }));
  return { columns, rare };
}

/** Rare fields that a query names as columns are added. */
const MAX_NAMED = 30;

/** Whether fields of a source are inside an object of this name (`requestParameters`, of `requestParameters.userName`). */
export const hasObject = (fields: SourceFields, name: string): boolean => objectPath(fields, name) !== null;

function objectPath({ columns, rare }: SourceFields, name: string): string[] | null {
  const prefix = `${name.toLowerCase()}.`;
  const inside = [...columns, ...rare].find(({ path }) => path.join('.').toLowerCase().startsWith(prefix));
  if (!inside) return null;
  let length = 1;
  while (length < inside.path.length && inside.path.slice(0, length).join('.').length < name.length) length += 1;
  return inside.path.slice(0, length);
}

/** Whether a query may name this beside its columns: a whole object, or a field of the log's kind that no event of it has. */
export const isNameable = (fields: SourceFields, name: string): boolean =>
  hasObject(fields, name) || absentField(fields, name) !== null;

/**
 * The columns of a source for one query: those of its view, each rare field that the query names (`errorCode`, `"a.b"`), whole objects, and
 * NULL for fields of the log's kind that no event has.
 * @param others names of such objects and fields that the query is known to name
 */
export function columnsFor(fields: SourceFields, sql: string, others: string[] = []): SourceField[] {
  const { columns, rare } = fields;
  const used = new Set([...FIXED, ...columns.map(({ name }) => name.toLowerCase())]);
  const words = new Set(sql.toLowerCase().match(/[\p{L}_][\p{L}\p{N}_.-]*/gu) ?? []);
  const named = rare.flatMap(({ path, sample }): SourceField[] => {
    const name = path.join('.');
    if (used.has(name.toLowerCase()) || !words.has(name.toLowerCase())) return [];
    used.add(name.toLowerCase());
    return [{ name, path, type: 'VARCHAR', filled: 0, samples: sample === null ? [] : [sample] }];
  });
  const whole = others.flatMap((name): SourceField[] => {
    const object = objectPath(fields, name);
    const path = object ?? absentField(fields, name)?.split('.');
    if (!path || used.has(name.toLowerCase())) return [];
    used.add(name.toLowerCase());
    return [{ name, path, type: object ? 'JSON' : 'VARCHAR', filled: 0, samples: [] }];
  });
  return [...columns, ...named.slice(0, MAX_NAMED), ...whole];
}
