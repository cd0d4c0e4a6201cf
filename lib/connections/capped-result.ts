import { maskKnownSecrets, maskSecretsIn } from '../secrets/mask-secrets';
import type { CallResult } from './schema';

/** Rows of a table, or items of a list, that are kept. */
const MAX_ROWS = 10_000;

export type Answer = { ok: boolean; text: string; structured: Record<string, unknown> | null };

/**
 * A tool's answer within the caps of bytes and rows. Over the bytes the text is cut and the structure, half of which would
 * mislead, left out; over the rows the list is cut. Either way it says so in itself. Secrets of this installation are
 * masked here, before anything is stored.
 */
export function cappedResult(answer: Answer, maxBytes: number, durationMs: number): CallResult {
  const { ok } = answer;
  const whole = maskKnownSecrets(answer.text);
  const bytes = Buffer.byteLength(whole);
  const content = answer.structured && maskSecretsIn(answer.structured, maskKnownSecrets);
  if (bytes > maxBytes || (content !== null && Buffer.byteLength(JSON.stringify(content)) > maxBytes)) {
    const text = `${cutBytes(whole, maxBytes)}\n[Cut here: ${maxBytes} of ${bytes} bytes are kept.]`;
    return { ok, text, structured: null, bytes, truncated: true, durationMs };
  }
  const { structured, cut } = capRows(content);
  const text = cut ? `${cut}\n${JSON.stringify(structured)}` : whole;
  return { ok, text, structured, bytes, durationMs, truncated: cut !== null || content?.truncated === true };
}

/** Whether this text was cut above. */
export const isCut = (text: string): boolean => /\n\[Cut here: \d+ of \d+ bytes are kept\.\]$/.test(text);

/** The longest beginning of a text that fits, whole characters only. */
function cutBytes(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text);
  let end = Math.min(maxBytes, bytes.length);
  // A byte 10xxxxxx goes on with a character that began before it.
  while (end > 0 && end < bytes.length && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.subarray(0, end).toString('utf8');
}

function capRows(content: Record<string, unknown> | null): {
  structured: Record<string, unknown> | null;
  cut: string | null;
} {
  const long = Object.entries(content ?? {}).find(([, value]) => Array.isArray(value) && value.length > MAX_ROWS);
  if (!long) return { structured: content, cut: null };
  const [name, rows] = long as [string, unknown[]]; // found by Array.isArray
  return {
    structured: { ...content, [name]: rows.slice(0, MAX_ROWS), truncated: true },
    cut: `[Cut: the first ${MAX_ROWS} of ${rows.length} ${name} are kept.]`,
  };
}
