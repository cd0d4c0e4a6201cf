import { createHash } from 'node:crypto';
import { compressionOf } from './file-kinds';
import type { PeekedFile } from './group-sources';
import { firstBytes, readBytes } from './read-text';
import type { LogFile } from './scan-files';

/** A file whose content is that of another one, byte by byte once unpacked, or what another one begins with. */
type Copy = { file: PeekedFile; of: PeekedFile; isBeginning: boolean };

/** What is in a file, unpacked: its digest and how many bytes it has. */
export type Digest = { digest: string; bytes: number };

/** What to take the digest of: a file, or its first bytes once unpacked. */
export type DigestTask = { file: LogFile; bytes?: number | undefined };

type TakeDigests = (tasks: DigestTask[]) => Promise<(Digest | null)[]>;

/** How many larger files one is held against. */
const MAX_LARGER = 5;

/**
 * The files that repeat another one: a log that was rotated and copied, downloaded twice, kept packed beside the original, or copied
 * before it grew. Counting their rows twice would make two failed sign-ins of one. Of equal files the one with the shortest name
 * stays, of others the longer.
 * @param digestsOf the digests of files, asked only for those that begin with the same records.
 */
export async function findCopies(files: PeekedFile[], digestsOf: TakeDigests): Promise<Copy[]> {
  const alike = [...new Set([...pairsBy(files, 'start'), ...pairsBy(files, 'opening')].flat())];
  const digests = alike.length ? await digestsOf(alike.map((file) => ({ file }))) : [];
  const digestBy = new Map(alike.map((file, index) => [file, digests[index] ?? null]));
  const same = groupBy(alike, (file) => digestBy.get(file)?.digest);
  const copies = [...same.values()].flatMap((equal) => {
    const [first, ...others] = equal.sort((a, b) => a.name.length - b.name.length || (a.name < b.name ? -1 : 1));
    return first ? others.map((file) => ({ file, of: first, isBeginning: false })) : [];
  });
  const repeated = new Set(copies.map(({ file }) => file));
  const left = files.filter((file) => !repeated.has(file));
  for (const group of pairsBy(left, 'opening')) copies.push(...(await findBeginnings(group, digestBy, digestsOf)));
  return copies;
}

/** Of files that open with the same records: those that another one begins with. */
async function findBeginnings(
  files: PeekedFile[],
  digestBy: Map<PeekedFile, Digest | null>,
  digestsOf: TakeDigests,
): Promise<Copy[]> {
  const sized = files
    .flatMap((file) => {
      const digest = digestBy.get(file);
      return digest ? [{ file, ...digest }] : [];
    })
    .sort((a, b) => b.bytes - a.bytes);
  const found: Copy[] = [];
  for (const [index, small] of sized.entries()) {
    const larger = sized.slice(0, index).slice(0, MAX_LARGER);
    const starts = await digestsOf(larger.map(({ file }) => ({ file, bytes: small.bytes })));
    const of = larger[starts.findIndex((start) => start?.digest === small.digest)];
    if (of) found.push({ file: small.file, of: of.file, isBeginning: true });
  }
  return found;
}

/** A digest of all that is in a file, or of its first bytes, unpacked; null when it can't be read that far. */
export async function digestOf({ file, bytes: wanted = Number.POSITIVE_INFINITY }: DigestTask): Promise<Digest | null> {
  const hash = createHash('sha1');
  let bytes = 0;
  try {
    const compression = compressionOf(await firstBytes(file.path, 8));
    for await (const chunk of readBytes(file.path, file.size, compression)) {
      const piece = chunk.subarray(0, Math.min(chunk.length, wanted - bytes));
      hash.update(piece);
      bytes += piece.length;
      if (bytes >= wanted) break;
    }
  } catch {
    return null; // it is no copy of a whole file; reading it says where the damage is
  }
  return { digest: hash.digest('hex'), bytes };
}

/** Groups of several files with the same beginning. */
const pairsBy = (files: PeekedFile[], what: 'start' | 'opening'): PeekedFile[][] =>
  [...groupBy(files, ({ peek }) => peek[what]).values()].filter((group) => group.length > 1);

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
