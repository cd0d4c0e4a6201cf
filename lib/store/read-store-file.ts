import { readBranch } from './branch';
import { listFolderAt, readFileAt } from './repo';
import { isStorePath, storeDir } from './store-path';

const MAX_CACHED = 50;
let cached = { key: '', files: new Map<string, string | null>() };

/**
 * A file of the store as the branch has it now (CLAUDE.md, a template), or null. Not for reports: those are read from the
 * database. Cached until the branch moves.
 */
export async function readStoreFile(path: string): Promise<string | null> {
  if (!isStorePath(path)) return null;
  const head = await readBranch(storeDir());
  if (!head) return null;
  const key = `${storeDir()} ${head}`;
  if (cached.key !== key || cached.files.size > MAX_CACHED) cached = { key, files: new Map() };
  const { files } = cached;
  if (!files.has(path)) files.set(path, (await readFileAt(storeDir(), head, path))?.toString('utf8') ?? null);
  return files.get(path) ?? null;
}

/** The texts of the files in a folder of the store as the branch has it now, by file name. */
export async function readStoreFolder(folder: string): Promise<Map<string, string>> {
  const head = await readBranch(storeDir());
  const names = head ? await (await listFolderAt(storeDir(), head, folder)).filter((name) => !name.endsWith('/')) : [];
  const texts = await Promise.all(names.map(async (name) => [name, await readStoreFile(`${folder}/${name}`)] as const));
  return new Map(texts.flatMap(([name, text]) => (text === null ? [] : [[name, text] as const])));
}
