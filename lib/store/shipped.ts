import fs from 'node:fs/promises';
import path from 'node:path';

const FOLDER = 'investigations-repo';

/** The text of a file that comes with Socdown, by its path in a store, or null. The store's own file goes before it. */
export const shippedText = (file: string): Promise<string | null> =>
  fs.readFile(path.resolve(FOLDER, file), 'utf8').catch(() => null);

/** The texts of the files in a folder that comes with Socdown, by file name. */
export async function shippedFolder(folder: string): Promise<Map<string, string>> {
  const where = path.resolve(FOLDER, folder);
  const names = await fs.readdir(where).catch(() => []);
  const texts = await Promise.all(
    names.map(async (name) => [name, await fs.readFile(path.join(where, name), 'utf8')] as const),
  );
  return new Map(texts);
}
