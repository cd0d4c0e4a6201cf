import { AppError } from '../../errors/app-error';
import { absentField } from './known-fields';
import type { SourceFields } from './source-fields';
import { jsonPath, jsonPointer, nearest, quoteName, quoteText } from './sql-text';

export type CountBy = {
  source: string;
  field: string;
  where?: string | undefined;
  interval?: 'minute' | 'hour' | 'day' | undefined;
  limit: number;
};

/** The SELECT of count_by. The condition is text from outside: the whole is checked as any query is. */
export function countSql(input: CountBy, fields: SourceFields): string {
  const value = fieldExpression(input.field, fields);
  const where = input.where?.trim() ? ` WHERE (${input.where}\n)` : '';
  const aggregates = 'count(*) AS count, min(_time) AS first, max(_time) AS last';
  const from = `FROM ${quoteName(input.source)}${where}`;
  if (!input.interval) {
    return `SELECT ${value} AS value, ${aggregates} ${from} GROUP BY 1 ORDER BY count DESC, value LIMIT ${input.limit + 1}`;
  }
  const bucket = `date_trunc('${input.interval}', _time)`;
  return `SELECT ${value} AS value, ${bucket} AS bucket, ${aggregates} ${from} GROUP BY 1, 2 ORDER BY bucket, count DESC, value LIMIT ${input.limit + 1}`;
}

/** A column by name, or a rare field by its dotted or `$.` path, as text. */
function fieldExpression(field: string, fields: SourceFields): string {
  const name = field.replace(/^"(.*)"$/, '$1');
  const column = [...fields.columns.map((item) => item.name), '_file'].find(
    (item) => item.toLowerCase() === name.toLowerCase(),
  );
  if (column) return `CAST(${quoteName(column)} AS VARCHAR)`;
  const rare = fields.rare.find(
    (item) => item.text === name || item.path.join('.') === name || jsonPath(item.path) === name,
  );
  if (rare) return `json_extract_string(raw, ${quoteText(jsonPointer(rare.path))})`;
  const absent = absentField(fields, name);
  if (absent) return `CAST(${quoteName(absent)} AS VARCHAR)`;
  const like = nearest(name, [
    ...fields.columns.map((item) => item.name),
    ...fields.rare.map((item) => item.path.join('.')),
  ]);
  throw new AppError(
    'bad_request',
    `There is no field "${field.slice(0, 100)}". Nearest: ${like.join(', ') || 'none'}. describe_source lists all.`,
  );
}
