import fs from 'node:fs';
import { open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';

/**
 * A file's text in pieces, gunzipped when its first bytes say gzip (whatever its name says), UTF-8 or UTF-16 by its BOM,
 * bytes that are neither replaced by U+FFFD. Reads at most the `size` bytes that the file had when it was listed,
 * so that a growing file gives a stable prefix.
 * @throws what the file system or gzip says, after the pieces before the damage were given.
 */
export async function* readText(path: string, size: number): AsyncGenerator<string> {
  if (size === 0) return;
  const source = fs.createReadStream(path, { end: size - 1, highWaterMark: 1 << 20 });
  const stream = (await isGzip(path)) ? source.pipe(createGunzip({ chunkSize: 1 << 20 })) : source;
  if (stream !== source) source.on('error', (error) => stream.destroy(error));
  let decoder: TextDecoder | undefined;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      decoder ??= new TextDecoder(encodingOf(chunk));
      const text = decoder.decode(chunk, { stream: true });
      if (text) yield text;
    }
    const rest = decoder?.decode();
    if (rest) yield rest;
  } finally {
    source.destroy();
    stream.destroy();
  }
}

async function isGzip(path: string): Promise<boolean> {
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await handle.close();
  }
}

function encodingOf(chunk: Buffer): string {
  if (chunk[0] === 0xff && chunk[1] === 0xfe) return 'utf-16le';
  if (chunk[0] === 0xfe && chunk[1] === 0xff) return 'utf-16be';
  return 'utf-8';
}
