import fs from 'node:fs/promises';
import path from 'node:path';
import git from 'isomorphic-git';
import { SYSTEM } from '../auth/guard';
import { atomicFs, syncFolder, writeWhole } from './atomic-fs';
import { BRANCH, moveBranch, readBranch } from './branch';
import { type GitPerson, gitPerson } from './commit-message';
import { type StoreLock, withStoreLock } from './store-lock';
import { isStorePath, storeDir } from './store-path';

export { storeDir } from './store-path';

const MAX_BORN_FILES = 500;

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
  /** Path and content; other files stay as they are. */
  files: { path: string; content: string }[];
  author: GitPerson & { at: Date };
  committer: GitPerson & { at: Date };
  message: string;
};

/**
 * Makes the store when there is none: a bare repository whose first commit is the content of investigations-repo/.
 * May be called at every start, by several processes at once; a birth that was cut short is completed.
 */
export async function ensureStore(bornFrom = path.resolve('investigations-repo')): Promise<void> {
  if (await isBorn()) return;
  const done = await withStoreLock(60_000, async (lock) => {
    await ensureStoreLocked(lock, bornFrom);
    return true;
  });
  if (!done) throw new Error('Another process has been writing the store for a minute. Is it stopped or stuck?');
}

/** The same, for who holds the store's lock already. */
export async function ensureStoreLocked(
  lock: StoreLock,
  bornFrom = path.resolve('investigations-repo'),
): Promise<void> {
  if (await isBorn()) return;
  const files = await readFolder(bornFrom);
  if (files.length === 0) throw new Error(`${bornFrom} is empty: a new store can't be made without it.`);
  await initRepository(storeDir());
  // The branch is the last thing to appear, and whole: until then the store is not born.
  if ((await readBranch(storeDir())) !== null) return;
  const socdown = { name: SYSTEM.name, email: SYSTEM.email, at: new Date() };
  const message =
    'Start the investigations repository\n\nThe method, the templates and the commands that a new store is born with.\n';
  await commitFiles(storeDir(), { files, author: socdown, committer: socdown, message }, () => lock.confirm());
}

/** Makes the folder an ordinary empty bare repository; each step may be repeated. */
async function initRepository(gitdir: string): Promise<void> {
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
    const repo = new Writer(gitdir);
    const tree = await repo.writeFiles(head, commit.files);
    const oid = await repo.writeCommit(head, tree, commit);
    await repo.flush();
    if (await moveBranch(gitdir, head, oid, confirm)) return oid;
    // Moved and moved on at once (somebody pushed on top), or never moved?
    if (await findCommit(gitdir, commit.committer.at, (_message, found) => found === oid)) return oid;
  }
  throw new Error('the branch moved under twenty attempts to commit');
}

/** The text of a file at a commit, or null. */
export async function readFileAt(gitdir: string, commit: string, file: string): Promise<string | null> {
  if (!isStorePath(file)) return null;
  try {
    const { blob } = await git.readBlob({ fs: atomicFs, gitdir, oid: commit, filepath: file });
    return Buffer.from(blob).toString('utf8');
  } catch (error) {
    // A missing object is damage and must not pass for a missing file: only the path may be unknown.
    const { code, data } = error as { code?: string; data?: { what?: string } };
    if (code === 'NotFoundError' && !/^[0-9a-f]{40}$/.test(data?.what ?? '')) return null;
    if (code === 'ObjectTypeError' || code === 'NotDirectoryError') return null;
    throw error;
  }
}

/** The names of the files in a folder at a commit; none when there is no such folder. */
export async function listFilesAt(gitdir: string, commit: string, folder: string): Promise<string[]> {
  if (!isStorePath(folder)) return [];
  try {
    const { tree } = await git.readTree({ fs: atomicFs, gitdir, oid: commit, filepath: folder });
    return tree.filter((entry) => entry.type === 'blob').map((entry) => entry.path);
  } catch (error) {
    const { code, data } = error as { code?: string; data?: { what?: string } };
    if (code === 'NotFoundError' && !/^[0-9a-f]{40}$/.test(data?.what ?? '')) return [];
    if (code === 'ObjectTypeError' || code === 'NotDirectoryError') return [];
    throw error;
  }
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
  while (queue.length > 0 && seen.size < limit) {
    const oid = queue.shift() as string; // the loop's condition
    const { commit } = await git.readCommit({ fs: atomicFs, gitdir, oid });
    if (matches(commit.message, oid)) return oid;
    if (commit.committer.timestamp < seconds(since)) continue;
    for (const parent of commit.parent) {
      if (!seen.has(parent)) queue.push(parent);
      seen.add(parent);
    }
  }
  return null;
}

async function isBorn(): Promise<boolean> {
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
  if (names.length > MAX_BORN_FILES) throw new Error(`${folder} has more than ${MAX_BORN_FILES} files.`);
  return Promise.all(
    names.map(async (name) => ({ path: name, content: await fs.readFile(path.join(folder, name), 'utf8') })),
  );
}

/** Objects of one commit; remembers what it wrote so that all of it is on disk before the branch moves. */
class Writer {
  private readonly written = new Set<string>();

  constructor(private readonly gitdir: string) {}

  async writeFiles(head: string | null, files: NewCommit['files']): Promise<string> {
    const root = head ? (await git.readCommit({ fs: atomicFs, gitdir: this.gitdir, oid: head })).commit.tree : null;
    const parsed = files.map((file) => ({ segments: file.path.split('/'), content: file.content }));
    return this.writeTree(root, parsed);
  }

  /** The trees on the paths of the files, deepest first; everything beside them is kept. */
  private async writeTree(base: string | null, files: { segments: string[]; content: string }[]): Promise<string> {
    const old = base ? (await git.readTree({ fs: atomicFs, gitdir: this.gitdir, oid: base })).tree : [];
    const entries = new Map(old.map((entry) => [entry.path, entry]));
    for (const [name, inside] of groupByFirst(files)) {
      const before = entries.get(name);
      const [file] = inside.filter((item) => item.segments.length === 1);
      if (file) {
        const oid = await git.writeBlob({ fs: atomicFs, gitdir: this.gitdir, blob: Buffer.from(file.content, 'utf8') });
        this.written.add(oid);
        entries.set(name, { mode: '100644', path: name, oid, type: 'blob' });
      } else {
        if (before && before.type !== 'tree')
          throw new Error(`${name} is a file in the store, and a folder is needed there`);
        const deeper = inside.map((item) => ({ segments: item.segments.slice(1), content: item.content }));
        const oid = await this.writeTree(before?.oid ?? null, deeper);
        entries.set(name, { mode: '040000', path: name, oid, type: 'tree' });
      }
    }
    const oid = await git.writeTree({ fs: atomicFs, gitdir: this.gitdir, tree: [...entries.values()] });
    this.written.add(oid);
    return oid;
  }

  async writeCommit(head: string | null, tree: string, { author, committer, message }: NewCommit): Promise<string> {
    const parent = head ? (await git.readCommit({ fs: atomicFs, gitdir: this.gitdir, oid: head })).commit : null;
    // Never before the parent: git's own walks by date, and findCommit, rely on it.
    const committed = Math.max(seconds(committer.at), parent?.committer.timestamp ?? 0);
    const oid = await git.writeCommit({
      fs: atomicFs,
      gitdir: this.gitdir,
      commit: {
        message,
        tree,
        parent: head ? [head] : [],
        author: { ...gitPerson(author), timestamp: seconds(author.at), timezoneOffset: 0 },
        committer: { ...gitPerson(committer), timestamp: committed, timezoneOffset: 0 },
      },
    });
    this.written.add(oid);
    return oid;
  }

  /** An object that was there already may be of a killed process, its folder not yet on disk. */
  async flush(): Promise<void> {
    const folders = new Set([...this.written].map((oid) => path.join(this.gitdir, 'objects', oid.slice(0, 2))));
    for (const folder of folders) {
      // Not there: the object is in a pack.
      if (await fs.stat(folder).catch(() => null)) await syncFolder(folder);
    }
    await syncFolder(path.join(this.gitdir, 'objects'));
  }
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
