import type { KeyObject } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { SYSTEM } from '../auth/guard';
import { SIGNERS_FILE, writeSigners } from './allowed-signers';
import { syncFolder, writeWhole } from './atomic-fs';
import { BRANCH, moveBranch, readBranch } from './branch';
import { type GitPerson, gitPerson } from './commit-message';
import { type Objects, withObjects } from './read-objects';
import { allowedSigners, signingKey } from './signing-keys';
import { type StoreLock, withStoreLock } from './store-lock';
import { isStorePath, storeDir } from './store-path';
import { ObjectWriter } from './write-objects';

export { storeDir } from './store-path';

const MAX_SEED_FILES = 500;
/** By these a host recognizes commits that each host makes by itself. */
export const INIT_SUBJECT = 'Start the investigations repository\n';
export const SIGNERS_SUBJECT = 'List the signing keys\n';

const CONFIG = `[core]
\trepositoryformatversion = 0
\tfilemode = true
\tbare = true
[receive]
\tdenyNonFastForwards = true
\tdenyDeletes = true
[gc]
\t# Packing beside a writer loses objects: it is done while the writer is held.
\tauto = 0
`;

export type NewCommit = {
  /** Path and content, null to remove it; other files stay as they are. */
  files: { path: string; content: string | Uint8Array | null }[];
  author: GitPerson & { at: Date };
  committer: GitPerson & { at: Date };
  message: string;
  /** Another key than the installation's current one: when that is being replaced. */
  signWith?: KeyObject;
};

/**
 * Makes the store when there is none: a bare repository whose first commit is the content of investigations-repo/.
 * May be called at every start, by several processes at once; one that was cut short is completed.
 */
export async function ensureStore(seedFrom = path.resolve('investigations-repo')): Promise<void> {
  if (await isInitialized()) return;
  const done = await withStoreLock(60_000, async (lock) => {
    await ensureStoreLocked(lock, { seedFrom });
    return true;
  });
  if (!done) throw new Error('Another process has been writing the store for a minute. Is it stopped or stuck?');
}

/**
 * The same, for who holds the store's lock already; before each commit, because it also brings the store's list of signing keys
 * up to date, unless `sign` is false.
 */
export async function ensureStoreLocked(
  lock: StoreLock,
  { seedFrom = path.resolve('investigations-repo'), sign = true } = {},
): Promise<void> {
  if (await isInitialized()) {
    if (sign) await listSigners(lock);
    return;
  }
  const files = await readFolder(seedFrom);
  if (files.length === 0) throw new Error(`${seedFrom} is empty: a new store can't be made without it.`);
  await initRepository(storeDir());
  // The branch is the last thing to appear, and whole: until then there is no store.
  if ((await readBranch(storeDir())) !== null) return;
  files.push({ path: SIGNERS_FILE, content: await signersText(null) });
  const socdown = { name: SYSTEM.name, email: SYSTEM.email, at: new Date() };
  const message = `${INIT_SUBJECT}\nThe method, the templates and the commands that a new store is born with.\n`;
  await commitFiles(storeDir(), { files, author: socdown, committer: socdown, message }, () => lock.confirm());
}

async function listSigners(lock: StoreLock): Promise<void> {
  const head = await readBranch(storeDir());
  if (!head) return;
  const text = await signersText(head);
  const present = await readFileAt(storeDir(), head, SIGNERS_FILE);
  if (present?.toString('utf8') !== text)
    await commitFiles(storeDir(), signersCommit(text, new Date()), () => lock.confirm());
}

/** With a key of this host, if it has none: the first one signs whatever comes after `head`. */
async function signersText(head: string | null): Promise<string> {
  await signingKey(head);
  const list = await allowedSigners();
  return list ? writeSigners(list) : '';
}

/** The commit that brings the list of signing keys. */
export function signersCommit(content: string, at: Date): NewCommit {
  const us = { name: SYSTEM.name, email: SYSTEM.email, at };
  const message = `${SIGNERS_SUBJECT}\nSignatures of this repository are checked with them: see the file.\n`;
  return { files: [{ path: SIGNERS_FILE, content }], author: us, committer: us, message };
}

/** Makes the folder an ordinary empty bare repository; each step may be repeated. */
export async function initRepository(gitdir: string): Promise<void> {
  for (const folder of ['objects/info', 'objects/pack', 'refs/heads', 'refs/tags', 'info']) {
    await fs.mkdir(path.join(gitdir, folder), { recursive: true });
    await syncFolder(path.dirname(path.join(gitdir, folder)));
  }
  const files: [string, string][] = [
    ['config', CONFIG],
    ['description', 'Security investigations, one file each; written by Socdown.\n'],
    ['info/exclude', ''],
    // Last: with HEAD it counts as a repository.
    ['HEAD', `ref: refs/heads/${BRANCH}\n`],
  ];
  for (const [name, content] of files) {
    const file = path.join(gitdir, name);
    // `wx` would leave a half-written file behind a kill; an administrator's own config is kept.
    if (!(await fs.stat(file).catch(() => null))) await writeWhole(file, content);
  }
  await syncFolder(path.dirname(gitdir));
}

/**
 * Writes a commit on the branch, bare-style (no index, no work tree). The same head, files, people, times and message give
 * the same commit id. When somebody else moved the branch meanwhile, it is built again on what they left.
 * The caller holds the store's lock; `confirm` checks that.
 * @returns the commit's id.
 */
export async function commitFiles(gitdir: string, commit: NewCommit, confirm: () => Promise<void>): Promise<string> {
  const bad = commit.files.find((file) => !isStorePath(file.path));
  if (bad) throw new Error(`not a path of the store: ${JSON.stringify(bad.path)}`);
  for (let attempt = 0; attempt < 20; attempt++) {
    const head = await readBranch(gitdir);
    const oid = await withObjects(gitdir, async (objects) => {
      const writer = new ObjectWriter(gitdir);
      const tree = await writeFiles(objects, writer, head, commit.files);
      return commitTree(objects, writer, { ...commit, tree, parents: head ? [head] : [] });
    });
    if (await moveBranch(gitdir, head, oid, confirm)) return oid;
    // Moved and moved on at once (somebody pushed on top), or never moved?
    if (await findCommit(gitdir, commit.committer.at, (_message, found) => found === oid)) return oid;
  }
  throw new Error('the branch moved under twenty attempts to commit');
}

/** A signed commit of a tree, brought to the disk with all that the writer has. Moves nothing. @returns its id. */
export async function commitTree(
  objects: Objects,
  writer: ObjectWriter,
  commit: Omit<NewCommit, 'files'> & { tree: string; parents: string[] },
): Promise<string> {
  const { tree, parents, author, committer, message, signWith } = commit;
  const times = await Promise.all(parents.map(async (oid) => (await objects.commit(oid)).at));
  const oid = writer.commit({
    tree,
    parents,
    message,
    author: { ...gitPerson(author), at: seconds(author.at) },
    // Never before a parent: git's own walks by date, and findCommit, rely on it.
    committer: { ...gitPerson(committer), at: Math.max(seconds(committer.at), ...times) },
    signWith: signWith ?? (await signingKey(parents[0] ?? null)),
  });
  await writer.flush();
  return oid;
}

/** The content of a file at a commit, or null. */
export async function readFileAt(gitdir: string, commit: string, file: string): Promise<Buffer | null> {
  if (!isStorePath(file)) return null;
  return withObjects(gitdir, async (objects) => {
    const found = await objects.find((await objects.commit(commit)).tree, file);
    return found?.type === 'blob' ? objects.blob(found.oid) : null;
  });
}

/** Whether a commit and its root folder can be read. */
export async function hasCommit(gitdir: string, oid: string): Promise<boolean> {
  try {
    await withObjects(gitdir, async (objects) => objects.tree((await objects.commit(oid)).tree));
    return true;
  } catch {
    return false;
  }
}

/** Names in a folder at a commit, folders with a trailing `/`; none when there is no such folder. */
export async function listFolderAt(gitdir: string, commit: string, folder: string): Promise<string[]> {
  return withObjects(gitdir, async (objects) => {
    const found = await objects.find((await objects.commit(commit)).tree, folder);
    if (found?.type !== 'tree') return [];
    return (await objects.tree(found.oid)).map(({ path: name, type }) => (type === 'tree' ? `${name}/` : name));
  });
}

/**
 * The newest commit that `matches` likes among those at or after a time, from the branch's head down; null when there is none.
 * Bounded: commits are dated no earlier than their parents (see Writer), so the walk ends at the first older one.
 */
export async function findCommit(
  gitdir: string,
  since: Date,
  matches: (message: string, oid: string) => boolean,
  limit = 5000,
): Promise<string | null> {
  const head = await readBranch(gitdir);
  const queue = head ? [head] : [];
  const seen = new Set(queue);
  return withObjects(gitdir, async (objects) => {
    while (queue.length > 0 && seen.size < limit) {
      const oid = queue.shift() as string; // the loop's condition
      const { message, at, parents } = await objects.commit(oid);
      if (matches(message, oid)) return oid;
      if (at < seconds(since)) continue;
      for (const parent of parents) {
        if (!seen.has(parent)) queue.push(parent);
        seen.add(parent);
      }
    }
    return null;
  });
}

async function isInitialized(): Promise<boolean> {
  const head = await fs.stat(path.join(storeDir(), 'HEAD')).catch(() => null);
  return head !== null && (await readBranch(storeDir())) !== null;
}

async function readFolder(folder: string): Promise<{ path: string; content: string }[]> {
  const entries = await fs.readdir(folder, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .filter(isStorePath)
    .sort();
  if (names.length > MAX_SEED_FILES) throw new Error(`${folder} has more than ${MAX_SEED_FILES} files.`);
  return Promise.all(
    names.map(async (name) => ({ path: name, content: await fs.readFile(path.join(folder, name), 'utf8') })),
  );
}

type Content = NewCommit['files'][number]['content'];

/** The trees on the paths of the files; everything beside them is kept. @returns the root's id. */
async function writeFiles(
  objects: Objects,
  writer: ObjectWriter,
  head: string | null,
  files: NewCommit['files'],
): Promise<string> {
  const root = head ? (await objects.commit(head)).tree : null;
  const parsed = files.map((file) => ({ segments: file.path.split('/'), content: file.content }));
  return (await writeTree(objects, writer, root, parsed)) ?? writer.tree([]);
}

/** null: nothing is left in it, and git records no empty folders. */
async function writeTree(
  objects: Objects,
  writer: ObjectWriter,
  base: string | null,
  files: { segments: string[]; content: Content }[],
): Promise<string | null> {
  const old = base ? await objects.tree(base) : [];
  const entries = new Map(old.map((entry) => [entry.path, entry]));
  for (const [name, inside] of groupByFirst(files)) {
    const before = entries.get(name);
    const [file] = inside.filter((item) => item.segments.length === 1);
    if (file?.content === null) {
      entries.delete(name);
    } else if (file) {
      entries.set(name, { mode: '100644', path: name, oid: writer.blob(file.content), type: 'blob' });
    } else {
      if (before && before.type !== 'tree')
        throw new Error(`${name} is a file in the store, and a folder is needed there`);
      const deeper = inside.map((item) => ({ segments: item.segments.slice(1), content: item.content }));
      const oid = await writeTree(objects, writer, before?.oid ?? null, deeper);
      if (oid === null) entries.delete(name);
      else entries.set(name, { mode: '040000', path: name, oid, type: 'tree' });
    }
  }
  return entries.size === 0 ? null : writer.tree([...entries.values()]);
}

function groupByFirst<T extends { segments: string[] }>(files: T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const file of files) {
    const name = file.segments[0] ?? '';
    groups.set(name, [...(groups.get(name) ?? []), file]);
  }
  return groups;
}

const seconds = (time: Date): number => Math.floor(time.getTime() / 1000);
