import fs from 'node:fs/promises';
import path from 'node:path';
import git from 'isomorphic-git';
import { SYSTEM } from '../auth/guard';
import { atomicFs, syncFolder, writeWhole } from './atomic-fs';
import { BRANCH, moveBranch, readBranch } from './branch';
import { type GitPerson, gitPerson } from './commit-message';
import { type Objects, withObjects } from './read-objects';
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
  /** Path and content, null to remove it; other files stay as they are. */
  files: { path: string; content: string | Uint8Array | null }[];
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
      const repo = new Writer(gitdir, objects);
      const tree = await repo.writeFiles(head, commit.files);
      const written = await repo.writeCommit(head ? [head] : [], tree, commit);
      await repo.flush();
      return written;
    });
    if (await moveBranch(gitdir, head, oid, confirm)) return oid;
    // Moved and moved on at once (somebody pushed on top), or never moved?
    if (await findCommit(gitdir, commit.committer.at, (_message, found) => found === oid)) return oid;
  }
  throw new Error('the branch moved under twenty attempts to commit');
}

/** A commit of a tree that is there, whose new objects are `written`. Moves nothing. @returns its id. */
export async function commitTree(
  gitdir: string,
  commit: Omit<NewCommit, 'files'> & { tree: string; written: string[]; parents: string[] },
): Promise<string> {
  return withObjects(gitdir, async (objects) => {
    const repo = new Writer(gitdir, objects, commit.written);
    const oid = await repo.writeCommit(commit.parents, commit.tree, commit);
    await repo.flush();
    return oid;
  });
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

type Content = NewCommit['files'][number]['content'];

/** git's id of a folder with nothing in it, which git itself never records. */
const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

/** Objects of one commit; remembers what it wrote so that all of it is on disk before the branch moves. */
class Writer {
  private readonly written: Set<string>;

  constructor(
    private readonly gitdir: string,
    private readonly objects: Objects,
    written: string[] = [],
  ) {
    this.written = new Set(written);
  }

  async writeFiles(head: string | null, files: NewCommit['files']): Promise<string> {
    const root = head ? (await this.objects.commit(head)).tree : null;
    const parsed = files.map((file) => ({ segments: file.path.split('/'), content: file.content }));
    return this.writeTree(root, parsed);
  }

  /** The trees on the paths of the files, deepest first; everything beside them is kept. */
  private async writeTree(base: string | null, files: { segments: string[]; content: Content }[]): Promise<string> {
    const old = base ? await this.objects.tree(base) : [];
    const entries = new Map(old.map((entry) => [entry.path, entry]));
    for (const [name, inside] of groupByFirst(files)) {
      const before = entries.get(name);
      const [file] = inside.filter((item) => item.segments.length === 1);
      if (file?.content === null) {
        entries.delete(name);
      } else if (file) {
        const oid = await git.writeBlob({ fs: atomicFs, gitdir: this.gitdir, blob: Buffer.from(file.content) });
        this.written.add(oid);
        entries.set(name, { mode: '100644', path: name, oid, type: 'blob' });
      } else {
        if (before && before.type !== 'tree')
          throw new Error(`${name} is a file in the store, and a folder is needed there`);
        const deeper = inside.map((item) => ({ segments: item.segments.slice(1), content: item.content }));
        const oid = await this.writeTree(before?.oid ?? null, deeper);
        if (oid === EMPTY_TREE) entries.delete(name);
        else entries.set(name, { mode: '040000', path: name, oid, type: 'tree' });
      }
    }
    const oid = await git.writeTree({ fs: atomicFs, gitdir: this.gitdir, tree: [...entries.values()] });
    this.written.add(oid);
    return oid;
  }

  async writeCommit(parents: string[], tree: string, commit: Omit<NewCommit, 'files'>): Promise<string> {
    const { author, committer, message } = commit;
    const times = await Promise.all(parents.map(async (oid) => (await this.objects.commit(oid)).at));
    // Never before a parent: git's own walks by date, and findCommit, rely on it.
    const committed = Math.max(seconds(committer.at), ...times);
    const oid = await git.writeCommit({
      fs: atomicFs,
      gitdir: this.gitdir,
      commit: {
        message,
        tree,
        parent: parents,
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
