import { readStoreFolder } from '../store/read-store-file';
import { shippedFolder } from '../store/shipped';
import { readRunbook } from './read-runbook';
import type { Runbook } from './schema';

export const FOLDER = 'runbooks';
export type Runbooks = { runbooks: Runbook[] /** `runbooks/x.md:5: what is wrong` */; problems: string[] };

let cached: { key: string; read: Runbooks } | undefined;

/**
 * The runbooks of the store as the branch has them now, over those that come with Socdown. A file of the same name replaces ours, an
 * empty one takes it out. What can't be used is named in `problems`; nothing is thrown for it.
 */
export async function loadRunbooks(): Promise<Runbooks> {
  const files = [...new Map([...(await shippedFolder(FOLDER)), ...(await readStoreFolder(FOLDER))])];
  const key = JSON.stringify(files);
  if (cached?.key !== key) cached = { key, read: readRunbooks(files) };
  return cached.read;
}

/** The same from texts: [file name, text]. Pure; by file name. */
export function readRunbooks(files: readonly (readonly [name: string, text: string])[]): Runbooks {
  const read = files
    .filter(([name, text]) => /\.md$/i.test(name) && !/^readme\.md$/i.test(name) && text.trim() !== '')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, text]) => readRunbook(`${FOLDER}/${name}`, text));
  return {
    runbooks: read.flatMap(({ runbook }) => (runbook ? [runbook] : [])),
    problems: read.flatMap(({ problems }) => problems),
  };
}
