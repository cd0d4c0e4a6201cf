/** SQL text built from values and column names of hostile logs: everything goes through these two. */
export const literal = (value: string): string => `'${value.replaceAll("'", "''").replaceAll('\0', '')}'`;
export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** `expr IN (…)`, or FALSE for no values. */
export const among = (expression: string, values: Iterable<string>): string => {
  const list = [...values];
  return list.length === 0 ? 'FALSE' : `${expression} IN (${list.map(literal).join(', ')})`;
};

/** A JSON path as DuckDB reads it; segments that are not plain words are quoted. */
export function jsonPath(path: string): string {
  const segments = path.split('.').map((segment) => {
    const [, name = segment, index = ''] = /^(.*?)((?:\[(?:\d+|\*)\])*)$/.exec(segment) ?? [];
    return (/^\w+$/.test(name) ? `.${name}` : `."${name.replaceAll('"', '')}"`) + index;
  });
  return `$${segments.join('')}`;
}
