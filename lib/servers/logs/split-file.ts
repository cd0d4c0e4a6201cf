import fs from 'node:fs';
import type { LineRange } from './scan-files';

/** Bytes of a file that are read together: small enough that two readers of a large file end at about the same time. */
export const PIECE_BYTES = 48 * 1024 * 1024;
/** Bytes read at a time. The records of one are together in memory: with a megabyte, a third of the time went into moving them. */
export const READ_BYTES = 1 << 17;
const SCAN_BYTES = 4 << 20;
const NEWLINE = 10;

/** The ranges of a file of lines that can be read side by side, with the number of their first lines. */
export async function splitFile(path: string, size: number, bytes = PIECE_BYTES): Promise<LineRange[]> {
  const ranges: LineRange[] = [];
  let line = 1;
  let position = 0;
  let next: LineRange = { from: 0, to: bytes, line: 1 };
  for await (const chunk of fs.createReadStream(path, {
    end: size - 1,
    highWaterMark: SCAN_BYTES,
  }) as AsyncIterable<Buffer>) {
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) {
      line += 1;
      const start = position + at + 1;
      if (start < next.to) continue;
      ranges.push(next);
      const from = next.to + Math.floor((start - next.to) / bytes) * bytes;
      next = { from, to: from + bytes, line };
    }
    position += chunk.length;
  }
  ranges.push({ ...next, to: size });
  return ranges;
}

/** The bytes of the lines that start in the range. A line that starts at `p` follows a line break at `p - 1`. */
export async function* readRange(path: string, size: number, range: LineRange): AsyncGenerator<Buffer> {
  const start = Math.max(0, range.from - 1);
  let position = start;
  let isInside = range.from === 0;
  const stream = fs.createReadStream(path, { start, end: size - 1, highWaterMark: READ_BYTES });
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      let from = 0;
      if (!isInside) {
        const newline = chunk.indexOf(NEWLINE);
        if (newline >= 0) {
          isInside = true;
          from = newline + 1;
        }
      }
      if (isInside && position + from < range.to) {
        const search = Math.max(from, range.to - 1 - position);
        const end = search < chunk.length ? chunk.indexOf(NEWLINE, search) : -1;
        if (end >= 0) {
          yield chunk.subarray(from, end + 1);
          return;
        }
        yield chunk.subarray(from);
      } else if (isInside && position + from >= range.to) {
        // The last line of the range continues.
        const end = chunk.indexOf(NEWLINE, from);
        yield chunk.subarray(from, end < 0 ? chunk.length : end + 1);
        if (end >= 0) return;
      }
      position += chunk.length;
    }
  } finally {
    stream.destroy();
  }
}
