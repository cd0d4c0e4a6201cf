/** Tar (ustar with pax for long names): what any tar program writes and reads. Ordinary files only. */

const BLOCK = 512;
const MAX_HEADER = 64 * 1024;

export type TarEntry = { name: string; size: number; body: AsyncIterable<Buffer> };

/** The header of a file of that size, and what must follow its content. Times and owners are fixed: the same files are the same bytes. */
export function tarHeader(name: string, size: number): { head: Buffer; padding: Buffer } {
  const path = Buffer.from(name, 'utf8');
  const plain = path.length <= 100 && /^[\x20-\x7e]*$/.test(name);
  const head = plain ? header(name, size, '0') : Buffer.concat([paxPath(path), header('long-name', size, '0')]);
  return { head, padding: Buffer.alloc(-size & (BLOCK - 1)) };
}

/** After the last file. */
export const TAR_END = Buffer.alloc(2 * BLOCK);

export function packTar(files: { name: string; content: Buffer }[]): Buffer {
  const parts = files.flatMap(({ name, content }) => {
    const { head, padding } = tarHeader(name, content.length);
    return [head, content, padding];
  });
  return Buffer.concat([...parts, TAR_END]);
}

/**
 * The files of a tar as it streams in; a body that is not read is skipped. Links, devices and folders are left out: nothing that
 * could lead elsewhere is ever answered. Names are as they stand there: the caller decides which it knows.
 * @throws Error when it is cut off or is no tar.
 */
export async function* readTar(source: AsyncIterable<Buffer | Uint8Array>): AsyncGenerator<TarEntry> {
  const input = new Input(source);
  let longName: string | null = null;
  for (;;) {
    const block = await input.take(BLOCK);
    if (block === null) throw new Error('the archive is cut off');
    if (block.every((byte) => byte === 0)) return;
    const { name, size, type } = parseHeader(block);
    if (type === 'x' || type === 'g' || type === 'L') {
      if (size > MAX_HEADER) throw new Error('a header of the archive is too large');
      const extra = (await input.take(size + (-size & (BLOCK - 1))))?.subarray(0, size);
      if (!extra) throw new Error('the archive is cut off');
      if (type === 'x') longName = paxName(extra) ?? longName;
      if (type === 'L') longName = extra.toString('utf8').replace(/\0+$/, '');
      continue;
    }
    let left = size;
    const body = (async function* () {
      while (left > 0) {
        const chunk = await input.some(left);
        if (!chunk) throw new Error('the archive is cut off');
        left -= chunk.length;
        yield chunk;
      }
    })();
    if (type === '0' || type === '\0' || type === '') yield { name: longName ?? name, size, body };
    longName = null;
    for await (const _rest of body) void _rest;
    if ((await input.take(-size & (BLOCK - 1))) === null) throw new Error('the archive is cut off');
  }
}

function header(name: string, size: number, type: string): Buffer {
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, length: number) => `${value.toString(8).padStart(length - 1, '0')}\0`;
  block.write(name, 0, 100, 'latin1');
  block.write(octal(0o644, 8), 100);
  block.write(octal(0, 8), 108);
  block.write(octal(0, 8), 116);
  if (size < 8 ** 11) block.write(octal(size, 12), 124);
  else {
    // Base 256, as GNU and pax readers take it.
    block.writeUInt8(0x80, 124);
    block.writeBigUInt64BE(BigInt(size), 128);
  }
  block.write(octal(0, 12), 136);
  block.write('        ', 148);
  block.write(type, 156);
  block.write('ustar\u000000', 257, 'latin1');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

function paxPath(path: Buffer): Buffer {
  const tail = Buffer.concat([Buffer.from(' path='), path, Buffer.from('\n')]);
  let length = tail.length + 1;
  while (`${length}`.length + tail.length !== length) length = `${length}`.length + tail.length;
  const record = Buffer.concat([Buffer.from(`${length}`), tail]);
  return Buffer.concat([header('pax', record.length, 'x'), record, Buffer.alloc(-record.length & (BLOCK - 1))]);
}

function paxName(records: Buffer): string | null {
  for (let at = 0; at < records.length; ) {
    const space = records.indexOf(0x20, at);
    const length = Number(records.toString('latin1', at, space));
    if (space < 0 || !Number.isInteger(length) || length <= space - at) return null;
    const record = records.toString('utf8', space + 1, at + length - 1);
    if (record.startsWith('path=')) return record.slice(5);
    at += length;
  }
  return null;
}

function parseHeader(block: Buffer): { name: string; size: number; type: string } {
  const text = (from: number, to: number) => block.toString('utf8', from, to).replace(/\0.*$/s, '');
  const number = (from: number, to: number) => Number.parseInt(text(from, to).trim() || '0', 8);
  const sum = block.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 0x20 : byte), 0);
  if (number(148, 156) !== sum) throw new Error('this is not a tar archive, or it is damaged');
  const size = (block[124] ?? 0) & 0x80 ? Number(block.readBigUInt64BE(128)) : number(124, 136);
  if (!Number.isSafeInteger(size) || size < 0) throw new Error('a size in the archive can’t be read');
  const prefix = text(257, 262) === 'ustar' ? text(345, 500) : '';
  return { name: prefix ? `${prefix}/${text(0, 100)}` : text(0, 100), size, type: text(156, 157) };
}

/** Bytes by the piece from a stream of chunks. */
class Input {
  private readonly chunks: AsyncIterator<Buffer | Uint8Array>;
  private held = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer | Uint8Array>) {
    this.chunks = source[Symbol.asyncIterator]();
  }

  /** Exactly `length` bytes, or null when there are fewer. */
  async take(length: number): Promise<Buffer | null> {
    const parts: Buffer[] = [];
    for (let left = length; left > 0; ) {
      const piece = await this.some(left);
      if (!piece) return null;
      parts.push(piece);
      left -= piece.length;
    }
    return Buffer.concat(parts);
  }

  /** At least one byte and at most `length`, or null at the end. */
  async some(length: number): Promise<Buffer | null> {
    while (this.held.length === 0) {
      const next = await this.chunks.next();
      if (next.done) return null;
      this.held = Buffer.from(next.value);
    }
    const piece = this.held.subarray(0, length);
    this.held = this.held.subarray(piece.length);
    return piece;
  }
}
