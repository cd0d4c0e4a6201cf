import { isRecord } from './json-spans';

/**
 * The lines of Loki's streams, as its API answers and as they are sent to it: labels, then pairs of nanoseconds and text. Each is a record
 * with the labels of its stream; null for anything else.
 */
export function openStreams(value: Record<string, unknown>): { text: string; offset: number }[] | null {
  const list = isRecord(value.data) ? value.data.result : value.streams;
  if (!Array.isArray(list) || list.length === 0) return null;
  const found: { text: string; offset: number }[] = [];
  for (const entry of list) {
    const { stream, values } = isRecord(entry) ? entry : {};
    if (!isRecord(stream) || !Array.isArray(values)) return null;
    for (const pair of values) {
      const [timestamp, message, labels] = Array.isArray(pair) ? (pair as unknown[]) : [];
      if (typeof timestamp !== 'string' || typeof message !== 'string') return null;
      const record = { timestamp, ...(isRecord(labels) ? { metadata: labels } : {}), stream, message };
      found.push({ text: JSON.stringify(record), offset: 0 });
    }
  }
  return found;
}
