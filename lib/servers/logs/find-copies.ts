import { createHash } from 'node:crypto';
import { compressionOf } from './file-kinds';
import type { PeekedFile } from './group-sources';
import { firstBytes, readBytes } from './read-text';
import type { LogFile } from './scan-files';

/** A file whose content is that of another one, byte by byte once unpacked. */
type Copy = { file: PeekedFile; of: PeekedFile };

/**
 * The files that repeat another one: a log that was rotated and copied, downloaded twice, or kept packed beside the original. Counting
 * their rows twice would make two failed sign-ins of one. The file with the shortest name stays.
 * @param digestsOf the digests of whole files, asked only for those that begin with the same records.
 */
export async function findCopies(
  files: PeekedFile[],
  digestsOf: (files: LogFile[]) => Promise<(string | null)[]>,
): Promise<Copy[]> {
  const alike = [...groupBy(files, ({ peek }) => peek.start).values()].filter((group) => group.length > 1).flat();
  const digests = alike.length ? await digestsOf(alike) : [];
  const digestBy = new Map(alike.map((file, index) => [file, digests[index]]));
  const same = groupBy(alike, (file) => digestBy.get(file));
  return [...same.values()].flatMap((equal) => {
    const [first, ...copies] = equal.sort((a, b) => a.name.length - b.name.length || (a.name < b.name ? -1 : 1));
    return first ? copies.map((file) => ({ file, of: first })) : [];
  });
}

/** A digest of all that is in a file, unpacked; null when it can't be read to its end. */
export async function digestOf(file: LogFile): Promise<string | null> {
  const hash = createHash('sha1');
  try {
    const compression = compressionOf(await firstBytes(file.path, 8));
    for await (const chunk of readBytes(file.path, file.size, compression)) hash.update(chunk);
  } catch {
    return null; // it is no copy of a whole file; reading it says where the damage is
  }
  return hash.digest('hex');
}

function groupBy<T>(items: T[], keyOf: (item: T) => string | null | undefined): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    if (!key) continue;
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
