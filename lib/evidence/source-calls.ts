/** Calls that list or describe sources, or look up our own cases and alerts: they look at no source. */
const NOT_A_SOURCE = /^(?:list_|describe_|get_|grep_|search_cases|search_alerts)/;

export const asksSource = (tool: string): boolean => !NOT_A_SOURCE.test(tool);

/** Whether a call's arguments name a source: in the query itself, as a word. */
export function namesSource(args: unknown, source: string): boolean {
  const word = source.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?<![\\w-])${word}(?![\\w-])`, 'i').test(JSON.stringify(args) ?? '');
}
