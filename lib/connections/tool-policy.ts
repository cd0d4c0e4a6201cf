import type { ToolClass } from './schema';

/** Our own servers only read. What is not listed here is refused, even if a server calls its own tools harmless. */
const CLASSES: Record<string, ToolClass> = {
  'logs.list_sources': 'read',
  'logs.describe_source': 'read',
  'logs.query': 'read',
  'logs.count_by': 'read',
  'socdown.search_cases': 'read',
  'socdown.get_case': 'read',
  'socdown.grep_cases': 'read',
  'socdown.search_alerts': 'read',
  'socdown.get_alert': 'read',
};

/** A tool's class; unknown is refused. */
export function toolClass(server: string, tool: string): ToolClass {
  return CLASSES[`${server}.${tool}`] ?? 'refused';
}
