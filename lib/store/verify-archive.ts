import { readArchive } from './archive-file';
import type { ObjectReader } from './object-reader';
import { type Found, isOlder, type Subject, saidHashes, sha256 } from './verify-commit';

const ARCHIVE = 'investigations.tar.gz';
const SUMMARY = '_daily_summary.md';

/**
 * What went into a day's archive is in it, byte for byte, beside all that was in it; what came out of it was in it, and all of it
 * came out. Archive and summary have the hashes that the commit says.
 */
export async function checkArchive(
  objects: ObjectReader,
  subject: Subject,
  kind: { archived: string } | { restored: string },
  found: Found,
): Promise<void> {
  const { changes, commit, at, was } = subject;
  const archiving = 'archived' in kind;
  const day = archiving ? kind.archived : kind.restored;
  const folder = `investigations/${day.replaceAll('-', '/')}/`;
  const contentOf = async (oid: string | null) => (oid ? ((await objects.read(oid))?.content ?? null) : null);
  const filesIn = async (oid: string | null) => {
    const zipped = await contentOf(oid);
    if (!zipped) return new Map<string, Buffer>();
    try {
      return new Map((await readArchive(zipped)).map(({ name, content }) => [`${folder}${name}`, content]));
    } catch {
      found(`${folder}${ARCHIVE}`, 'can’t be read');
      return new Map<string, Buffer>();
    }
  };
  const [before, after] = [
    await filesIn(await was(`${folder}${ARCHIVE}`)),
    await filesIn(await at(`${folder}${ARCHIVE}`)),
  ];
  const inside = archiving ? after : before;
  const moved = new Set<string>();
  for (const change of changes) {
    const file = change.path.slice(folder.length);
    if (!change.path.startsWith(folder)) found(change.path, `was changed by the archive of ${day}`);
    else if (file !== ARCHIVE && file !== SUMMARY) {
      moved.add(change.path);
      const [from, to] = archiving ? [change.before, change.after] : [change.after, change.before];
      const content = to === null ? await contentOf(from) : null;
      if (!content || !inside.get(change.path)?.equals(content))
        found(change.path, 'is not the same inside the archive');
    }
  }
  if (archiving) {
    const older = isOlder(subject, 'archive');
    for (const name of [ARCHIVE, SUMMARY]) {
      const content = await contentOf(await at(`${folder}${name}`));
      const said = saidHashes(commit.message).get(name);
      if (!content) found(`${folder}${name}`, 'is not part of the archive commit');
      else if (!older && said !== sha256(content))
        found(`${folder}${name}`, said ? 'is not the text that was committed then' : 'has no hash in its commit');
    }
    for (const [path, content] of before)
      if (!moved.has(path) && !after.get(path)?.equals(content))
        found(path, 'was in the archive and is no longer there');
  } else {
    for (const path of before.keys())
      if ((await at(path)) === null) found(path, 'was in the archive and was not restored');
  }
}
