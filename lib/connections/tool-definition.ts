import { z } from 'zod';
import { hashOf, storable } from '../text/canonical-json';
import type { ToolDefinition } from './schema';
import { boundedSchema, unboundedSchema } from './schema-limits';

/** What a model reads of a tool, of all that a server says of it. Annotations, titles and icons are not among it. */
export function definitionOf(tool: { description?: string | undefined; inputSchema: unknown }): ToolDefinition {
  // An object by the protocol's own check.
  return storable({
    description: tool.description ?? '',
    inputSchema: boundedSchema(tool.inputSchema as Record<string, unknown>),
  });
}

export function definitionHash(definition: ToolDefinition): string {
  return hashOf({ description: definition.description, inputSchema: definition.inputSchema });
}

const MAX_BYTES = 50_000;

/** Why a tool can't be offered to a model, or null. */
export function problemOf(server: string, name: string, { description, inputSchema }: ToolDefinition): string | null {
  if (!/^[a-zA-Z0-9_-]+$/.test(name)) return 'Its name has characters that models can’t be given.';
  if (`${server}__${name}`.length > 64) return 'Its name is too long for models.';
  if (Buffer.byteLength(description) + Buffer.byteLength(JSON.stringify(inputSchema)) > MAX_BYTES)
    return 'Its description is larger than 50 kB.';
  const unbounded = unboundedSchema(inputSchema);
  if (unbounded !== null) return unbounded;
  const elsewhere = externalReference(inputSchema);
  if (elsewhere !== null) return `Its schema refers to ${elsewhere.slice(0, 200)}, which is not fetched.`;
  try {
    z.fromJSONSchema(inputSchema as Parameters<typeof z.fromJSONSchema>[0]); // the server's own JSON Schema
  } catch {
    return 'Its schema is not valid, so that arguments can’t be checked.';
  }
  return null;
}

/** A $ref that leads out of the schema itself. */
function externalReference(value: unknown): string | null {
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, item] of Object.entries(value)) {
    if (/^\$(?:ref|dynamicRef|recursiveRef)$/.test(key) && typeof item === 'string' && !item.startsWith('#'))
      return item;
    const found = externalReference(item);
    if (found !== null) return found;
  }
  return null;
}
