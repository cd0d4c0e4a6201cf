import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readRange, splitFile } from './split-file';

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'socdown-split-'));
afterAll(() => fs.rmSync(dir, { recursive: true, force: true }));

async function textOf(file: string, size: number, range: { from: number; to: number; line: number }): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of readRange(file, size, range)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

test.each([
  ['short lines', (n: number) => `line ${n}`],
  ['lines of many lengths', (n: number) => 'x'.repeat((n * 37) % 90)],
  ['lines longer than a piece', (n: number) => (n % 7 ? 'short' : 'y'.repeat(700))],
])('pieces hold every line once, with its number: %s', async (_what, make) => {
  const file = path.join(dir, 'lines');
  const lines = Array.from({ length: 400 }, (_, n) => make(n));
  for (const end of ['', '\n']) {
    fs.writeFileSync(file, lines.join('\n') + end);
    const { size } = fs.statSync(file);
    for (const bytes of [100, 256, 999, size + 1]) {
      const ranges = await splitFile(file, size, bytes);
      const texts = await Promise.all(ranges.map((range) => textOf(file, size, range)));
      expect(texts.join('')).toBe(lines.join('\n') + end);
      let line = 1;
      for (const [index, range] of ranges.entries()) {
        expect(range.line).toBe(line);
        line += texts[index]?.match(/\n/g)?.length ?? 0;
      }
    }
  }
});
