import {
  DuckDBArrayValue,
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  type DuckDBValue,
} from '@duckdb/node-api';

/**
 * A DuckDB value as JSON: times as ISO 8601 UTC (micro- or nanoseconds only when there are any), whole numbers beyond 2^53 and
 * decimals that a double can't hold as text, lists as arrays, structs and maps as objects, blobs as base64.
 */
export function toJson(value: DuckDBValue): unknown {
  if (value === null || value === undefined) return null;
  if (typeof value === 'bigint') return safeInteger(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value !== 'object') return value;
  if (value instanceof DuckDBTimestampTZValue || value instanceof DuckDBTimestampValue) return isoMicros(value.micros);
  if (value instanceof DuckDBTimestampMillisecondsValue) return isoMicros(value.millis * 1000n);
  if (value instanceof DuckDBTimestampSecondsValue) return isoMicros(value.seconds * 1_000_000n);
  if (value instanceof DuckDBTimestampNanosecondsValue) return isoMicros(value.nanos / 1000n);
  if (value instanceof DuckDBDateValue) return value.toString();
  if (value instanceof DuckDBDecimalValue) return decimal(value);
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue) return value.items.map(toJson);
  if (value instanceof DuckDBStructValue) {
    return Object.fromEntries(Object.entries(value.entries).map(([key, inner]) => [key, toJson(inner)]));
  }
  if (value instanceof DuckDBMapValue) {
    return Object.fromEntries(value.entries.map(({ key, value: inner }) => [String(toJson(key)), toJson(inner)]));
  }
  if (value instanceof DuckDBBlobValue) return Buffer.from(value.bytes).toString('base64');
  return String(value); // time, interval, uuid, bit, …: DuckDB's own text
}

/** Bytes of the value's JSON in UTF-8. */
export const jsonSize = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

/** `2023-07-10T11:57:16.123Z` from microseconds since 1970; infinite and far-off times as DuckDB says them. */
export function isoMicros(micros: bigint | number): string {
  const whole = BigInt(micros);
  const millis = whole >= 0n || whole % 1000n === 0n ? whole / 1000n : whole / 1000n - 1n;
  const date = new Date(Number(millis));
  if (Number.isNaN(date.getTime())) return whole > 0n ? 'infinity' : '-infinity';
  const rest = Number(whole - millis * 1000n);
  const iso = date.toISOString();
  return rest ? `${iso.slice(0, -1)}${String(rest).padStart(3, '0')}Z` : iso;
}

function safeInteger(value: bigint): number | string {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER)
    ? Number(value)
    : value.toString();
}

function decimal(value: DuckDBDecimalValue): number | string {
  const text = value.toString();
  const number = Number(text);
  return text.replace(/[-.]/g, '').replace(/^0+/, '').length <= 15 ? number : text;
}
