import { commitFields, type ObjectReader, openObjects, treeEntries } from './object-reader';

export type TreeItem = { mode: string; path: string; oid: string; type: 'blob' | 'tree' };

/** A repository's objects by what they are. Each throws when one is missing, damaged or of another kind. */
export type Objects = {
  commit(oid: string): Promise<{ tree: string; parents: string[]; message: string; at: number }>;
  tree(oid: string): Promise<TreeItem[]>;
  blob(oid: string): Promise<Buffer>;
  /** The entry at a path below a tree, or null. */
  find(tree: string, file: string): Promise<TreeItem | null>;
};

/** Reads for as long as the work takes: from the objects' own files, from packs through git where it is there. */
export async function withObjects<T>(gitdir: string, work: (objects: Objects) => Promise<T>): Promise<T> {
  const reader = openObjects(gitdir);
  try {
    return await work(objectsOf(reader));
  } finally {
    reader.close();
  }
}

function objectsOf(reader: ObjectReader): Objects {
  const read = async (oid: string, type: string): Promise<Buffer> => {
    const object = await reader.read(oid);
    if (object?.type !== type)
      throw new Error(
        `the ${type} ${oid} is missing from the repository or damaged. Restore it from a backup or a clone.`,
      );
    return object.content;
  };
  const tree = async (oid: string): Promise<TreeItem[]> =>
    treeEntries(await read(oid, 'tree')).map(({ mode, name, oid: entry }) => ({
      mode: mode.padStart(6, '0'),
      path: name,
      oid: entry,
      type: mode === '40000' ? 'tree' : 'blob',
    }));
  return {
    tree,
    blob: (oid) => read(oid, 'blob'),
    async commit(oid) {
      const { tree: root, parents, message, committedAt } = commitFields(await read(oid, 'commit'));
      return { tree: root, parents, message, at: committedAt };
    },
    async find(root, file) {
      let found: TreeItem = { mode: '040000', path: '', oid: root, type: 'tree' };
      for (const name of file.split('/')) {
        if (found.type !== 'tree') return null;
        const next = (await tree(found.oid)).find((entry) => entry.path === name);
        if (!next) return null;
        found = next;
      }
      return found;
    },
  };
}
