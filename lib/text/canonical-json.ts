import { createHash } from 'node:crypto';

/** JSON with sorted keys and no spaces: equal values give equal text, whatever order their keys came in. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sorted(value)) ?? 'null';
}

/** sha256 of the canonical JSON, in hex. */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}

/**
 * JSON text that PostgreSQL takes as jsonb: U+0000 and lone surrogates, which it refuses, become U+FFFD.
 * Text from logs and models has both.
 */
export function storableJson(value: unknown): string {
  // JSON.stringify writes exactly these two as \u escapes; an escaped backslash before them is not one.
  return (JSON.stringify(value) ?? 'null').replace(/(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})/g, '$1\ufffd');
}

/** The value as it will be read back from the database. */
export function storable<T>(value: T): T {
  return JSON.parse(storableJson(value)) as T; // same shape: only characters inside strings change
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  // fromEntries over a null prototype would lose nothing, but "__proto__" as a key needs defining, not setting.
  const copy: Record<string, unknown> = {};
  for (const [key, item] of entries) {
    Object.defineProperty(copy, key, { value: sorted(item), enumerable: true, configurable: true, writable: true });
  }
  return copy;
}
