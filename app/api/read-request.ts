import { promisify } from 'node:util';
import zlib from 'node:zlib';
import type { z } from 'zod';
import { AppError } from '@/lib/errors/app-error';
import { parseInput } from '@/lib/errors/invalid-fields';

/** Enough for every form and for a report; webhooks and drafts declare more. */
const MAX_BODY_BYTES = 1_000_000;
/** From the first byte that is read to the last. A slow sender must not hold a connection and its memory for long. */
const BODY_TIMEOUT_MS = 30_000;
/** All bodies that are being read at this moment, in bytes. More would endanger the process, whoever sends them. */
const MAX_BYTES_IN_FLIGHT = 200_000_000;
const MAX_DEPTH = 64;

type BodyLimits = { maxBytes?: number | undefined; timeoutMs?: number | undefined; gzip?: boolean | undefined };

const gunzip = promisify(zlib.gunzip);

let inFlight = 0;

/**
 * The request's text.
 * @throws AppError too_large, unsupported_media_type (compressed), invalid_encoding (not UTF-8), overloaded,
 * body_timeout.
 */
export async function readText(request: Request, { maxBytes = MAX_BODY_BYTES, timeoutMs, gzip }: BodyLimits = {}) {
  const encoding = request.headers.get('content-encoding');
  const isCompressed = gzip === true && /^(?:x-)?gzip$/i.test(encoding ?? '');
  if (encoding && encoding !== 'identity' && !isCompressed) {
    throw new AppError(
      'unsupported_media_type',
      `Content-Encoding ${encoding.slice(0, 40)} is not supported. Send the body uncompressed.`,
    );
  }
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const bytes = await readBytes(request, maxBytes, timeoutMs ?? BODY_TIMEOUT_MS);
  const body = isCompressed ? await unzip(bytes, maxBytes) : bytes;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw new AppError('invalid_encoding', 'The body is not valid UTF-8.');
  }
}

/** The limit holds for what comes out, so that a small body can't become a large one. */
async function unzip(bytes: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  try {
    return await gunzip(bytes, { maxOutputLength: maxBytes });
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(maxBytes);
    throw new AppError('invalid_encoding', 'The body is not valid gzip. Send it again, or without Content-Encoding.');
  }
}

async function readBytes(request: Request, maxBytes: number, timeoutMs: number): Promise<Uint8Array> {
  const reader = request.body?.getReader();
  if (!reader) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const message = `The body did not arrive within ${timeoutMs / 1000} seconds. Send it again.`;
    timer = setTimeout(() => reject(new AppError('body_timeout', message)), timeoutMs);
  });
  try {
    for (;;) {
      const { value, done } = await Promise.race([reader.read(), late]);
      if (done) return Buffer.concat(chunks);
      size += value.byteLength;
      inFlight += value.byteLength;
      if (size > maxBytes) throw tooLarge(maxBytes);
      if (inFlight > MAX_BYTES_IN_FLIGHT) {
        throw new AppError('overloaded', 'Too many large requests at once. Send this one again in a moment.');
      }
      chunks.push(value);
    }
  } catch (error) {
    await reader.cancel().catch(() => {});
    throw error;
  } finally {
    clearTimeout(timer);
    inFlight -= size;
  }
}

/** The request's JSON, checked by the schema. An empty body counts as {}. */
export async function readBody<T extends z.ZodType>(
  request: Request,
  schema: T,
  limits: BodyLimits,
): Promise<z.output<T>> {
  const text = await readText(request, limits);
  let value: unknown = {};
  if (text.trim() !== '') {
    try {
      value = JSON.parse(text);
    } catch (error) {
      throw new AppError('invalid_json', `The body is not valid JSON: ${(error as Error).message}`);
    }
  }
  refuseUnstorable(value, 'body');
  return parseInput(schema, value);
}

/** The query string, checked by the schema. Empty parameters count as absent, as forms send them; of a repeated one the last counts. */
export function readQuery<T extends z.ZodType>(url: URL, schema: T): z.output<T> {
  requireDecodable(url.search, 'query string');
  const entries = [...url.searchParams].filter(([, value]) => value !== '');
  const value = Object.fromEntries(entries);
  refuseUnstorable(value, 'query');
  return parseInput(schema, value);
}

/** The parts of the path that are parameters, checked by the schema. */
export function readParams<T extends z.ZodType>(params: Record<string, string>, schema: T): z.output<T> {
  refuseUnstorable(params, 'path');
  return parseInput(schema, params);
}

function requireDecodable(text: string, where: string): void {
  try {
    decodeURIComponent(text);
  } catch {
    throw new AppError('invalid_encoding', `The ${where} has invalid percent-encoding. Encode a literal % as %25.`);
  }
}

/** NUL, which PostgreSQL has not in text, and half of a surrogate pair, which UTF-8 has not. */
const UNSTORABLE = /[\0\uD800-\uDFFF]/u;

/**
 * Refuses text that no database, file or answer can hold, in values and in names, and nesting that recursive code can't follow.
 * Itself without recursion.
 */
export function refuseUnstorable(root: unknown, where: string): void {
  const open: { value: unknown; path: string; depth: number }[] = [{ value: root, path: '', depth: 0 }];
  for (let item = open.pop(); item; item = open.pop()) {
    const { value, path, depth } = item;
    if (typeof value === 'string' && UNSTORABLE.test(value)) throw unstorable(path || where, value);
    if (typeof value !== 'object' || value === null) continue;
    if (depth >= MAX_DEPTH) {
      throw new AppError('too_deeply_nested', `The body has more than ${MAX_DEPTH} levels. Send a flatter one.`);
    }
    for (const [key, inner] of Object.entries(value)) {
      if (UNSTORABLE.test(key)) throw unstorable(path || where, key);
      open.push({ value: inner, path: path === '' ? key : `${path}.${key}`, depth: depth + 1 });
    }
  }
}

function unstorable(path: string, text: string): AppError {
  const at = text.search(UNSTORABLE);
  const line = text.slice(0, at).split('\n').length;
  const character =
    text[at] === '\0' ? 'a NUL character' : 'an incomplete Unicode character (half of a surrogate pair)';
  const words = `Line ${line} has ${character}. Remove it.`;
  return new AppError('invalid_characters', `${path.slice(0, 100)}: ${words}`, {
    data: { fields: { [path.slice(0, 100)]: words } },
  });
}

function tooLarge(maxBytes: number): AppError {
  return new AppError('too_large', `The body is larger than ${maxBytes / 1e6} MB. Send it in parts.`);
}
