import { readBranch } from './branch';
import { listFolderAt } from './repo';
import { storeDir } from './store-path';

/** The codenames in the names of the store's reports: also of cases that somebody pushed and the database doesn't know. */
export async function storeCodenames(): Promise<Set<string>> {
  const head = await readBranch(storeDir());
  const names = new Set<string>();
  const walk = async (folder: string): Promise<void> => {
    for (const name of await listFolderAt(storeDir(), head ?? '', folder)) {
      if (name.endsWith('/')) await walk(`${folder}/${name.slice(0, -1)}`);
      const codename = /\.([a-z]+-[a-z]+-[a-z]+)\.md$/.exec(name)?.[1];
      if (codename) names.add(codename);
    }
  };
  if (head) await walk('investigations');
  return names;
}
