import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { readLines } from './read-lines';

function linesOf(...chunks: (string | Buffer)[]): string[] {
  const stream = new PassThrough();
  const lines: string[] = [];
  readLines(stream, (line) => lines.push(line));
  for (const chunk of chunks) stream.emit('data', Buffer.from(chunk));
  stream.emit('end');
  return lines;
}

it('gives whole lines, whatever the chunks', () => {
  const euro = Buffer.from('5 €\r\nlast');
  expect(linesOf('a\n\nb', 'c\n', euro.subarray(0, 3), euro.subarray(3))).toEqual(['a', 'bc', '5 €', 'last']);
});

it('keeps little of a line without end, and reads on after it', () => {
  const before = process.memoryUsage().heapUsed;
  const block = Buffer.alloc(1_000_000, 'word ');
  const lines = linesOf(...Array.from({ length: 200 }, () => block), '\nnext\n');
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(100_000_000);
  expect(lines[0]?.length).toBeLessThanOrEqual(4_001);
  expect(lines[0]).toMatch(/word …$/);
  expect(lines[1]).toBe('next');
});

it('never shows a part of the word that it cuts', () => {
  expect(linesOf(`${'x '.repeat(1_995)}secret-of-this-installation\n`)[0]).not.toContain('sec');
});

it('takes a bounded number of lines at once', () => {
  expect(linesOf('line\n'.repeat(100_000)).length).toBeLessThanOrEqual(100);
});
