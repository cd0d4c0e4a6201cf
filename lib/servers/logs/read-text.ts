import fs from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Decompress } from 'fzstd';
import unbzip2 from 'unbzip2-stream';
import { type Compression, compressionOf, isJournalExport } from './file-kinds';
import type { LineRange } from './scan-files';
import { READ_BYTES, readRange } from './split-file';

/** A compressed file may become this many bytes whatever its size, and beyond that this many times its size. */
const FREE_BYTES = 256 * 1024 * 1024;
const MAX_RATIO = 250;

/**
 * A file's text in pieces: decompressed when its first bytes say so (whatever its name says), UTF-8, UTF-16 or Windows'
 * Latin, other bytes replaced by U+FFFD. Zero bytes, which stand where a file was cut while it was written to or a machine crashed, are left out. A journal export holds binary values with their lengths: it comes a character a byte. Reads at most the `size` bytes that the file had when it was listed, so that a growing
 * file gives a stable prefix.
 * @throws what the file system or the decompressor says, after the pieces before the damage were given.
 */
export async function* readText(
  path: string,
  size: number,
  { range, onZeros }: { range?: LineRange | undefined; onZeros?(): void } = {},
): AsyncGenerator<string> {
  if (size === 0) return;
  let decoder: TextDecoder | undefined;
  let total = 0;
  let isBytes: boolean | undefined;
  const compression = compressionOf(await firstBytes(path, 8));
  const bytes = range ? readRange(path, size, range) : readBytes(path, size, compression);
  for await (const chunk of bytes) {
    total += chunk.length;
    if (compression && total > FREE_BYTES && total > size * MAX_RATIO)
      throw new Error(`grows to more than ${MAX_RATIO} times its size; what came before was read`);
    isBytes ??= isJournalExport(chunk);
    if (isBytes) {
      yield chunk.toString('latin1');
      continue;
    }
    decoder ??= new TextDecoder(encodingOf(chunk));
    const text = decoder.decode(chunk, { stream: true });
    const isHoled = text.includes('\0');
    if (isHoled) onZeros?.();
    const whole = isHoled ? text.replace(/\0+/g, '') : text;
    if (whole) yield whole;
  }
  const rest = decoder?.decode();
  if (rest) yield rest;
}

/** The first bytes of a file as they are on disk. */
export async function firstBytes(path: string, count: number): Promise<Buffer> {
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(count), 0, count, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** The decompressed bytes of a file. */
export async function* readBytes(path: string, size: number, compression: Compression | null): AsyncGenerator<Buffer> {
  const source = fs.createReadStream(path, { end: size - 1, highWaterMark: READ_BYTES });
  if (compression === 'zstd') {
    yield* unzstd(source);
    return;
  }
  let stream: Readable = source;
  if (compression === 'gzip') stream = source.pipe(createGunzip({ chunkSize: READ_BYTES }));
  else if (compression === 'bzip2') stream = source.pipe(unbzip2()) as unknown as Readable; // a stream of the old kind
  if (stream !== source) source.on('error', (error) => stream.emit('error', error));
  try {
    yield* compression === 'bzip2' ? oldStream(stream) : (stream as AsyncIterable<Buffer>);
  } finally {
    source.destroy();
    if (stream !== source) stream.destroy?.();
  }
}

/** Gives what a decoder calls back with, one piece of input at a time. */
async function* unzstd(source: Readable): AsyncGenerator<Buffer> {
  let out: Uint8Array[] = [];
  const decoder = new Decompress((chunk) => out.push(chunk));
  const taken = (): Buffer[] => {
    const chunks = out.map((chunk) => Buffer.from(chunk));
    out = [];
    return chunks;
  };
  try {
    // Small pieces: one piece of input may become very many bytes.
    for await (const chunk of source as AsyncIterable<Buffer>) {
      for (let at = 0; at < chunk.length; at += 65_536) {
        decoder.push(chunk.subarray(at, at + 65_536));
        yield* taken();
      }
    }
    decoder.push(new Uint8Array(0), true);
    yield* taken();
  } finally {
    source.destroy();
  }
}

/** The data of a stream that has events only, with pauses while it is being consumed. */
async function* oldStream(stream: Readable): AsyncGenerator<Buffer> {
  const queue: Buffer[] = [];
  let ended = false;
  let failure: unknown;
  let wake: () => void = () => {};
  stream.on('data', (chunk: Buffer) => {
    queue.push(Buffer.from(chunk));
    stream.pause();
    wake();
  });
  stream.on('end', () => {
    ended = true;
    wake();
  });
  stream.on('error', (error: unknown) => {
    failure = error;
    wake();
  });
  for (;;) {
    const chunk = queue.shift();
    if (chunk) yield chunk;
    else if (failure) throw failure;
    else if (ended) return;
    else {
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      stream.resume();
      await woken;
    }
  }
}

/**
 * By the byte order mark; without one, zeros in every second byte mean UTF-16, and bytes that can't be UTF-8, with none
 * that must be, Windows' own Latin letters.
 */
function encodingOf(chunk: Buffer): string {
  if (chunk[0] === 0xff && chunk[1] === 0xfe) return 'utf-16le';
  if (chunk[0] === 0xfe && chunk[1] === 0xff) return 'utf-16be';
  const sample = chunk.subarray(0, 200);
  const zeros = (offset: number): number => sample.filter((byte, index) => index % 2 === offset && byte === 0).length;
  if (zeros(1) * 2 > sample.length * 0.8 && zeros(0) === 0) return 'utf-16le';
  if (zeros(0) * 2 > sample.length * 0.8 && zeros(1) === 0) return 'utf-16be';
  return isLatin(chunk) ? 'windows-1252' : 'utf-8';
}

function isLatin(chunk: Buffer): boolean {
  const text = chunk.toString('latin1');
  const wide = /[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}/;
  return /[\xa0-\xff][\x00-\x7f]/.test(text) && !wide.test(text);
}
