import { findSystem, reviewedClass, SYSTEMS } from './catalogue/catalogue';
import type { System } from './catalogue/schema';
import type { ToolClass } from './schema';

/**
 * The reviewed class of each tool: from the table of the connection's system; without one, from the table that has most of the
 * server's tools. Only names count: what a server says of itself and of its tools (name, annotations) does not.
 */
export function suggestedClasses(system: string | null, tools: string[]): Map<string, ToolClass> {
  const chosen = findSystem(system);
  if (chosen) return classesIn(chosen, tools);
  return SYSTEMS.map((one) => classesIn(one, tools)).reduce(
    (best, known) => (known.size > 1 && known.size * 2 > tools.length && known.size > best.size ? known : best),
    new Map<string, ToolClass>(),
  );
}

function classesIn(system: System, tools: string[]): Map<string, ToolClass> {
  return new Map(
    tools.flatMap((tool) => {
      const known = reviewedClass(system, tool);
      return known ? [[tool, known] as const] : [];
    }),
  );
}
