import { gunzipSync, gzipSync } from 'node:zlib';
import { packTar, readTar } from './tar';

/** One day's files; far above any. Bounds what a small file can unfold to. */
const MAX_UNPACKED = 1_000_000_000;

/** A day's files as `investigations.tar.gz`. The same files give the same bytes. */
export function writeArchive(files: { name: string; content: Buffer }[]): Buffer {
  const sorted = [...files].sort((a, b) => (a.name < b.name ? -1 : 1));
  const zipped = gzipSync(packTar(sorted), { level: 9 });
  zipped[9] = 0xff; // the operating system that it was made on
  return zipped;
}

/** The files of a day's archive by their names there. @throws Error when it is none, or unfolds to more bytes than `maxUnpacked`. */
export async function readArchive(
  zipped: Buffer,
  maxUnpacked = MAX_UNPACKED,
): Promise<{ name: string; content: Buffer }[]> {
  const files: { name: string; content: Buffer }[] = [];
  const tar = gunzipSync(zipped, { maxOutputLength: maxUnpacked });
  const once = (async function* () {
    yield tar;
  })();
  for await (const { name, body } of readTar(once)) {
    const parts: Buffer[] = [];
    for await (const part of body) parts.push(part);
    files.push({ name, content: Buffer.concat(parts) });
  }
  return files;
}
