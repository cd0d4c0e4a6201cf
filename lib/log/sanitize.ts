import { maskSecrets } from '../secrets/mask-secrets';
import { replaceUnseen } from '../text/invisible-characters';

const MAX_TEXT = 2_000;
const MAX_STACK = 4_000;
/** Characters that are looked at of one text; much more than is kept, so that a mask can't bring a hidden secret into view. */
const MAX_READ = 20_000;
/** Characters of all texts of one line. */
const MAX_LINE = 12_000;
const MAX_DEPTH = 5;
const MAX_ENTRIES = 30;
const MAX_CAUSES = 4;

const SECRET_KEY =
  /^(?:key|auth|code|otp)$|pass(?:word|wd|phrase|code)|secret|token|authorization|cookie|api[_-]?key|private[_-]?key|credential/i;
const REDACTED = '[redacted]';
/** A value of a query whose name says that it opens something, wherever a URL stands in a text. */
const SECRET_QUERY =
  /([?&](?:key|k|code|state|auth|session|[a-z_-]*(?:token|secret|password|signature|api_?key)|sig)=)[^&\s"'<>#]+/gi;

/** What is left for the texts of a line. */
type Room = { left: number };

/**
 * A value as it may stand in the log: no secrets, no characters that forge or hide text, bounded in length, depth and
 * number. Errors become {type, message, code, stack, cause}. Never throws, whatever it is given.
 */
export function sanitize(value: unknown): unknown {
  return clean(value, 0, { left: MAX_LINE });
}

/** The same for a message. */
export function sanitizeText(text: string): string {
  return cleanText(text, MAX_TEXT);
}

function clean(value: unknown, depth: number, room: Room): unknown {
  if (typeof value === 'string') return spend(cleanText(value, MAX_TEXT), room);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'function' || typeof value === 'symbol') return typeof value;
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MAX_DEPTH) return '[deeper]';
  try {
    if (value instanceof Error) return cleanError(value, depth, room, MAX_CAUSES);
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'invalid date' : value.toISOString();
    if (value instanceof Uint8Array) return `[${value.byteLength} bytes]`;
    if (Array.isArray(value)) {
      const items = value.slice(0, MAX_ENTRIES).map((item) => clean(item, depth + 1, room));
      return value.length > MAX_ENTRIES ? [...items, `[${value.length - MAX_ENTRIES} more]`] : items;
    }
    return cleanObject(value, depth, room);
  } catch {
    return '[unreadable]'; // a getter or a proxy that throws
  }
}

function cleanObject(value: object, depth: number, room: Room): Record<string, unknown> {
  const names = Object.keys(value);
  const entries = names.slice(0, MAX_ENTRIES).map((name) => {
    const item = (value as Record<string, unknown>)[name];
    return [spend(cleanText(name, 100), room), cleanField(name, item, depth, room)] as const;
  });
  if (names.length > MAX_ENTRIES) entries.push(['…', `${names.length - MAX_ENTRIES} more`]);
  return Object.fromEntries(entries);
}

function cleanField(name: string, item: unknown, depth: number, room: Room): unknown {
  if (SECRET_KEY.test(name) && item !== null && item !== undefined) return REDACTED;
  // Of an address, the path is enough to find the request; senders put keys into the query.
  if (/^(?:url|href|uri)$/i.test(name) && typeof item === 'string')
    return clean(item.replace(/[?#].*$/s, '?…'), depth, room);
  return clean(item, depth + 1, room);
}

function cleanError(error: Error, depth: number, room: Room, causes: number): Record<string, unknown> {
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  const stack = typeof error.stack === 'string' ? framesOf(error.stack) : '';
  return {
    type: cleanText(String(error.name), 100),
    message: spend(cleanText(String(error.message), MAX_TEXT), room),
    ...(typeof code === 'string' || typeof code === 'number' ? { code: cleanText(String(code), 100) } : {}),
    ...(stack ? { stack: spend(cleanText(stack, MAX_STACK, true), room) } : {}),
    ...(cause === undefined || cause === null || causes === 0
      ? {}
      : {
          cause:
            cause instanceof Error ? cleanError(cause, depth + 1, room, causes - 1) : clean(cause, depth + 1, room),
        }),
  };
}

/** The frames alone: the message before them, which may hold line breaks, is logged beside it. */
function framesOf(stack: string): string {
  return stack
    .slice(0, MAX_READ)
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n');
}

/** Whatever moves the cursor, hides text or (unless `lines`) looks like the start of another line is escaped. */
function cleanText(text: string, max: number, lines = false): string {
  const read = text.length > MAX_READ ? text.slice(0, MAX_READ - 500) : text;
  const masked = replaceUnseen(maskSecrets(read.replace(SECRET_QUERY, `$1${REDACTED}`)), escaped, { all: true });
  const shown = lines ? masked : masked.replace(/[\n\t]/g, escaped);
  return shown.length > max || read.length < text.length
    ? `${shown.slice(0, max)}… (${text.length} characters)`
    : shown;
}

function escaped(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '\r') return '\\r';
  if (character === '\t') return '\\t';
  return `\\u{${character.codePointAt(0)?.toString(16)}}`;
}

function spend(text: string, room: Room): string {
  const fits = text.slice(0, Math.max(0, room.left));
  room.left -= text.length;
  return fits.length < text.length ? `${fits}…` : text;
}
