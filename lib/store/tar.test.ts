import { describe, expect, it } from 'vitest';
import { packTar, readTar, tarHeader } from './tar';

async function* inPieces(archive: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < archive.length; at += size) yield archive.subarray(at, at + size);
}

async function contentsOf(archive: Buffer, pieces = 700): Promise<[string, string][]> {
  const found: [string, string][] = [];
  for await (const { name, body } of readTar(inPieces(archive, pieces))) {
    const parts: Buffer[] = [];
    for await (const part of body) parts.push(part);
    found.push([name, Buffer.concat(parts).toString('utf8')]);
  }
  return found;
}

const LONG = `${'folder/'.repeat(20)}report.md`;
const FILES: [string, string][] = [
  ['a.md', 'short'],
  ['empty', ''],
  [LONG, 'x'.repeat(512)],
  ['ünïcode.md', 'y'.repeat(1500)],
];
const ARCHIVE = packTar(FILES.map(([name, content]) => ({ name, content: Buffer.from(content) })));

describe('a tar archive', () => {
  it.each([1, 511, 512, 100_000])('has its files as they were, read in pieces of %i bytes', async (pieces) => {
    expect(await contentsOf(ARCHIVE, pieces)).toEqual(FILES);
  });

  it('skips what is not read', async () => {
    const names: string[] = [];
    for await (const { name } of readTar(inPieces(ARCHIVE, 300))) names.push(name);
    expect(names).toEqual(FILES.map(([name]) => name));
  });

  it.each([8 ** 11 - 1, 8 ** 11, 20 * 1024 ** 4])('says the size of a file of %i bytes', async (size) => {
    const first = await readTar(inPieces(tarHeader('large', size).head, 512)).next();
    expect(first.value).toMatchObject({ name: 'large', size });
  });

  it('leaves links out', async () => {
    const link = Buffer.from(tarHeader('link', 0).head);
    link.write('2', 156);
    const sum = link.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 0x20 : byte), 0);
    link.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    expect(await contentsOf(Buffer.concat([link, ARCHIVE]))).toEqual(FILES);
  });

  it('is refused cut off at any place, damaged, or when it is none', async () => {
    for (const end of [0, 100, 512, 514, 1024, ARCHIVE.length - 1024])
      await expect(contentsOf(ARCHIVE.subarray(0, end)), `${end}`).rejects.toThrow('the archive is cut off');
    const damaged = Buffer.from(ARCHIVE);
    damaged[0] = 0x7a;
    await expect(contentsOf(damaged)).rejects.toThrow('not a tar archive, or it is damaged');
    await expect(contentsOf(Buffer.alloc(2048, 'text'))).rejects.toThrow('not a tar archive');
  });
});
