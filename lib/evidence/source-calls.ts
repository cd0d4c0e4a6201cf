/** Calls that list or describe sources, or look up our own cases and alerts: they look at no source. */
const NOT_A_SOURCE = /^(?:list_|describe_|get_|grep_|search_cases|search_alerts)/;

export const asksSource = (tool: string): boolean => !NOT_A_SOURCE.test(tool);

/** Whether a call's arguments name a source: in the query itself, as a word. */
export function namesSource(args: unknown, source: string): boolean {
  const word = source.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?<![\\w-])${word}(?![\\w-])`, 'i').test(JSON.stringify(args) ?? '');
}

/** The log source that a call asks, as far as its arguments name one: a field of its own, or the first table of its SQL. */
export function sourceOf(args: unknown): string | null {
  if (typeof args !== 'object' || args === null) return null;
  const { source, sql } = args as Record<string, unknown>;
  if (typeof source === 'string') return source;
  if (typeof sql !== 'string') return null;
  const quoted = /\bFROM\s+"((?:[^"]|"")+)"/i.exec(sql)?.[1]?.replaceAll('""', '"');
  return quoted ?? /\bFROM\s+(\w[\w.-]{0,80})/i.exec(sql)?.[1] ?? null;
}

/** What a call asks, in a word for people: its source, or how many of them its SQL joins or counts side by side. */
export function sourceLabel(args: unknown): string | null {
  const sql = typeof args === 'object' && args !== null && 'sql' in args ? args.sql : null;
  if (typeof sql !== 'string') return sourceOf(args);
  const plain = sql.slice(0, 60_000).replace(/'(?:[^']|'')*'/g, "''");
  const names = (pattern: RegExp): string[] => [...plain.matchAll(pattern)].map(([, name = '']) => name);
  const queries = new Set(names(/\b(\w{1,80}) AS (?:(?:NOT )?MATERIALIZED )?\(/gi));
  const tables = names(/(?<!\bDISTINCT\s)\b(?:FROM|JOIN)\s+"?(\w[\w.-]{0,80})(?![\w.-]|\()/gi);
  const sources = new Set(tables.filter((name) => !queries.has(name) && !name.startsWith('_')));
  return sources.size > 1 ? `${sources.size} sources` : ([...sources][0] ?? sourceOf(args));
}
