import type { Objects, TreeItem } from './read-objects';
import type { ObjectWriter } from './write-objects';

/**
 * Three trees into one, file by file: what one side alone changed is taken; where both changed a file differently ours stays
 * and its path is answered. Text is never mixed: an approved report is one text.
 */
export async function mergeTrees(
  objects: Objects,
  writer: ObjectWriter,
  trees: { base: string | null; ours: string; theirs: string },
): Promise<{ tree: string; conflicts: string[] }> {
  const conflicts: string[] = [];
  const read = async (oid: string | null): Promise<Map<string, TreeItem>> => {
    if (!oid) return new Map();
    const tree = await objects.tree(oid);
    return new Map(tree.map((entry) => [entry.path, entry]));
  };
  const merge = async (
    base: string | null,
    ours: string | null,
    theirs: string | null,
    folder: string,
  ): Promise<string> => {
    if (ours && (ours === theirs || theirs === base)) return ours;
    if (theirs && ours === base) return theirs;
    const [b, o, t] = [await read(base), await read(ours), await read(theirs)];
    const merged: TreeItem[] = [];
    for (const name of new Set([...o.keys(), ...t.keys()])) {
      const [before, mine, other] = [b.get(name), o.get(name), t.get(name)];
      const same = (x?: TreeItem, y?: TreeItem) => x?.oid === y?.oid && x?.mode === y?.mode;
      let kept: TreeItem | undefined;
      if (same(mine, other) || same(other, before)) kept = mine;
      else if (same(mine, before)) kept = other;
      else if (mine?.type === 'tree' && other?.type === 'tree') {
        const under = before?.type === 'tree' ? before.oid : null;
        kept = { ...mine, oid: await merge(under, mine.oid, other.oid, `${folder}${name}/`) };
      } else {
        conflicts.push(`${folder}${name}`);
        kept = mine;
      }
      if (kept) merged.push(kept);
    }
    return writer.tree(merged);
  };
  const tree = await merge(trees.base, trees.ours, trees.theirs, '');
  return { tree, conflicts };
}
