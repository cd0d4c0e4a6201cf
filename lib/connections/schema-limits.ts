/** Limits of a schema that another party sends. Real tools stay below a tenth of each. */
const MAX_BYTES = 200_000;
const MAX_DEPTH = 40;
/** Parts after references are followed: a few kilobytes of references to references can expand to billions. */
const MAX_EXPANDED = 10_000;
/** Alternatives inside alternatives: each level multiplies the work of a check. */
const MAX_ALTERNATIVES = 6;
const MAX_PATTERN = 500;

const ALTERNATIVES = new Set(['anyOf', 'oneOf', 'allOf', 'not', 'if', 'then', 'else']);
const REFUSED = 'x-socdown-refused';

/**
 * A schema as it may be stored: one that is too large or too deep to be walked, hashed or stored is replaced by a note.
 * Safe for any value: the size is known before anything recurses.
 */
export function boundedSchema(schema: Record<string, unknown>): Record<string, unknown> {
  const reason = tooLarge(schema);
  return reason === null ? schema : { type: 'object', [REFUSED]: reason };
}

/** Why arguments can't be checked against a schema in bounded time, or null. The schema is a bounded one. */
export function unboundedSchema(schema: Record<string, unknown>): string | null {
  const refused = schema[REFUSED];
  if (typeof refused === 'string') return refused;
  const walk: Walk = { root: schema, sizes: new Map(), pattern: false, alternatives: false };
  const size = expandedSize(schema, 0, walk);
  if (walk.pattern) return `Its schema has a pattern of more than ${MAX_PATTERN} characters.`;
  if (walk.alternatives) return `Its schema has more than ${MAX_ALTERNATIVES} levels of alternatives.`;
  return size > MAX_EXPANDED ? 'Its schema is too large once its references are followed.' : null;
}

function tooLarge(schema: unknown): string | null {
  let bytes = 0;
  const open: { value: unknown; depth: number }[] = [{ value: schema, depth: 0 }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { value, depth } = next;
    bytes += typeof value === 'string' ? value.length + 2 : 4;
    if (bytes > MAX_BYTES) return `Its schema is larger than ${MAX_BYTES / 1000} kB.`;
    if (typeof value !== 'object' || value === null) continue;
    if (depth >= MAX_DEPTH) return `Its schema has more than ${MAX_DEPTH} levels.`;
    for (const [key, item] of Object.entries(value)) {
      bytes += key.length;
      open.push({ value: item, depth: depth + 1 });
    }
  }
  return null;
}

type Walk = { root: unknown; sizes: Map<object, number>; pattern: boolean; alternatives: boolean };

/** The number of parts with references followed; a reference to what contains it counts as one. Stops counting above the limit. */
function expandedSize(value: unknown, alternatives: number, walk: Walk): number {
  if (typeof value !== 'object' || value === null) return 1;
  if (alternatives > MAX_ALTERNATIVES) {
    walk.alternatives = true;
    return 1;
  }
  const known = walk.sizes.get(value);
  if (known !== undefined) return known;
  walk.sizes.set(value, 1); // while it is being counted
  let size = 1;
  for (const [key, item] of Object.entries(value)) {
    if (/^pattern$/.test(key) && typeof item === 'string' && item.length > MAX_PATTERN) walk.pattern = true;
    const levels = alternatives + Number(ALTERNATIVES.has(key));
    size += expandedSize(item, levels, walk);
    if (key === '$ref' && typeof item === 'string') size += expandedSize(pointedAt(walk.root, item), levels, walk);
    if (size > MAX_EXPANDED) break;
  }
  walk.sizes.set(value, size);
  return size;
}

/** The target of a local reference (#/$defs/a). */
function pointedAt(root: unknown, reference: string): unknown {
  if (reference === '#') return root;
  if (!reference.startsWith('#/')) return null;
  let at: unknown = root;
  for (const part of reference.slice(2).split('/')) {
    if (typeof at !== 'object' || at === null) return null;
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    at = Object.hasOwn(at, key) ? (at as Record<string, unknown>)[key] : null;
  }
  return at;
}
