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
