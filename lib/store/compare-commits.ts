import { type Objects, withObjects } from './read-objects';

/** The newest commit that two have in common, or null. */
export async function mergeBase(gitdir: string, ours: string, theirs: string): Promise<string | null> {
  return withObjects(gitdir, (objects) => commonCommit((oid) => objects.commit(oid), ours, theirs));
}

/** The same over commits from anywhere. `at`: seconds since 1970. */
export async function commonCommit(
  commitOf: (oid: string) => Promise<{ parents: string[]; at: number }>,
  ours: string,
  theirs: string,
): Promise<string | null> {
  // Nearly always one is just ahead of the other: newest first from both sides, until a commit was reached from both.
  const sides = new Map<string, number>();
  const queue: { oid: string; at: number }[] = [];
  const reach = async (oid: string, side: number) => {
    const before = sides.get(oid) ?? 0;
    if ((before | side) === before) return;
    sides.set(oid, before | side);
    queue.push({ oid, at: (await commitOf(oid)).at });
  };
  await reach(ours, 1);
  await reach(theirs, 2);
  while (queue.length > 0) {
    queue.sort((a, b) => a.at - b.at);
    const { oid } = queue.pop() as { oid: string }; // the loop's condition
    const side = sides.get(oid) ?? 0;
    if (side === 3) return oid;
    for (const parent of (await commitOf(oid)).parents) await reach(parent, side);
  }
  return null;
}

/** The files that differ between two commits; equal folders are not read. */
export async function changedPaths(gitdir: string, before: string, after: string): Promise<string[]> {
  return withObjects(gitdir, (objects) => changes(objects, before, after));
}

async function changes(objects: Objects, before: string, after: string): Promise<string[]> {
  const found: string[] = [];
  const read = async (oid: string | undefined) => {
    if (!oid) return new Map<string, { oid: string; type: string }>();
    return new Map((await objects.tree(oid)).map((entry) => [entry.path, entry]));
  };
  const visit = async (old: string | undefined, next: string | undefined, folder: string): Promise<void> => {
    const [a, b] = [await read(old), await read(next)];
    for (const name of new Set([...a.keys(), ...b.keys()])) {
      const [x, y] = [a.get(name), b.get(name)];
      if (x?.oid === y?.oid) continue;
      const [xTree, yTree] = [x?.type === 'tree' ? x.oid : undefined, y?.type === 'tree' ? y.oid : undefined];
      if (xTree || yTree) await visit(xTree, yTree, `${folder}${name}/`);
      if ((x && !xTree) || (y && !yTree)) found.push(`${folder}${name}`);
    }
  };
  await visit((await objects.commit(before)).tree, (await objects.commit(after)).tree, '');
  return found;
}
