import { execFile } from 'node:child_process';
import fs from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../errors/app-error';
import { SIGNERS_FILE } from './allowed-signers';
import { commonCommit } from './compare-commits';
import { commitFields, GIT_ENV, hasGit, type ObjectReader, objectId, openObjects, treeEntries } from './object-reader';
import { checkCommit, isCasePath, type Subject } from './verify-commit';
import { checkNewKeys, checkSignatures, readSigner, type Signatures, type SignedCommit } from './verify-signatures';

/** What is wrong, and where: a file of the store, a commit, an object. */
export type Finding = { where: string; problem: string };
export type Verified = {
  head: string | null;
  commits: number;
  approvals: number;
  /** Commits of ours or others that bring no approval: the first commit, archives, imports, notes and method changes. */
  others: number;
  /** Files that came in by an import: nobody approved them here. */
  imported: number;
  files: number;
  /** null: nothing in the repository was ever signed. */
  signatures: Signatures | null;
  findings: Finding[];
};
export type Change = { path: string; before: string | null; after: string | null };

/**
 * Checks a repository or any clone of it, with nothing but its files: every object is what its id says; each commit that
 * changes a case is an approval whose files, evidence, people and audit trail agree; nothing else changed a case; and a
 * work tree is what was committed; and that Socdown's commits are signed. Says nothing about commits that were cut off at the end:
 * compare `head` with another clone.
 * @param signers the list of signing keys (ssh-keygen's ALLOWED SIGNERS) from somewhere else; without it, the repository's own
 * @throws AppError bad_request when there is no repository there; forbidden when it can't be read.
 */
export async function verifyStore(dir: string, { signers }: { signers?: string } = {}): Promise<Verified> {
  const gitdir = await findRepository(dir);
  const bare = gitdir === path.resolve(dir);
  const counts = { commits: 0, approvals: 0, others: 0, imported: 0, files: 0 };
  const result: Verified = { head: null, ...counts, signatures: null, findings: [] };
  const found = (where: string, problem: string) => result.findings.push({ where, problem });
  if (await fs.stat(path.join(gitdir, 'shallow')).catch(() => null)) {
    found('repository', 'is a shallow clone, without its history. Clone it whole');
    return result;
  }
  for (const line of await gitCheck(gitdir)) found('repository', line);
  result.head = await readHead(gitdir);
  if (!result.head) {
    found('HEAD', 'points to no commit');
    return result;
  }
  const objects = openObjects(gitdir);
  try {
    const commits = new Map(await readHistory(objects, result.head, found));
    const history = openHistory(objects, commits);
    await checkCommits(objects, history, { ownSigners: signers === undefined, result, found });
    const text = signers ?? (await history.textAt(result.head, SIGNERS_FILE));
    result.signatures = checkSignatures(
      commits,
      text === null ? null : { text, isPinned: signers !== undefined },
      found,
    );
    const tree = history.treeOf(result.head);
    const files = tree ? await filesOf(objects, tree, found) : new Map<string, string>();
    result.files = files.size;
    if (!bare) await checkWorkTree(path.resolve(dir), files, found);
  } finally {
    objects.close();
  }
  return result;
}

type Found = (where: string, problem: string) => void;

/** The commits, and what stood in a file at each of them; a commit that isn't there has no files. */
type History = ReturnType<typeof openHistory>;

function openHistory(objects: ObjectReader, commits: Map<string, SignedCommit>) {
  const treeOf = (oid: string | undefined) => (oid ? commits.get(oid)?.commit.tree : undefined);
  const fileAt = async (oid: string | undefined, file: string) => {
    const tree = treeOf(oid);
    return tree ? oidAt(objects, tree, file) : null;
  };
  const textAt = async (oid: string | undefined, file: string) => {
    const blob = await fileAt(oid, file);
    return blob ? ((await objects.read(blob))?.content.toString('utf8') ?? null) : null;
  };
  return { commits, treeOf, fileAt, textAt };
}

/** Checks each commit, parents first, and counts them by their kind. `ownSigners`: the repository's list of keys is the one that counts. */
async function checkCommits(
  objects: ObjectReader,
  history: History,
  { ownSigners, result, found }: { ownSigners: boolean; result: Verified; found: Found },
): Promise<void> {
  const { commits, treeOf, fileAt, textAt } = history;
  const published: Subject['published'] = new Map();
  const hashed: Subject['hashed'] = new Set();
  for (const [oid, signed] of commits) {
    const { commit } = signed;
    result.commits += 1;
    const [first] = commit.parents;
    const changes = await changesOf(objects, treeOf(first) ?? null, commit.tree, found);
    const taken = (change: Change) => isTakenFromOther(history, commit.parents, change);
    const at = (file: string) => fileAt(oid, file);
    const was = (file: string) => fileAt(first, file);
    const notBefore = Math.max(0, ...commit.parents.map((parent) => commits.get(parent)?.commit.committedAt ?? 0));
    const subject: Subject = { oid, commit, changes, taken, at, was, notBefore, published, hashed };
    const kind = await checkCommit(objects, subject, found);
    if (kind === 'approval') result.approvals += 1;
    else result.others += 1;
    signed.mustBeSigned = kind !== 'other';
    if (ownSigners && changes.some((change) => change.path === SIGNERS_FILE)) {
      const lists = { before: await textAt(first, SIGNERS_FILE), now: (await textAt(oid, SIGNERS_FILE)) ?? '' };
      checkNewKeys(oid, signed.signer, lists, found);
    }
    if (kind === 'import') result.imported += changes.filter((change) => isCasePath(change.path)).length;
  }
}

/** Whether a merge took this change from one of the branches that it merged into the first. */
async function isTakenFromOther(
  { commits, fileAt }: History,
  [first, ...others]: string[],
  { path: file, before, after }: Change,
): Promise<boolean> {
  if (!first) return false;
  const commitOf = async (oid: string) => {
    const commit = commits.get(oid)?.commit;
    return { parents: commit?.parents ?? [], at: commit?.committedAt ?? 0 };
  };
  for (const other of others) {
    if ((await fileAt(other, file)) !== after) continue;
    // Only where the first parent has nothing of its own: else something newer is given up for something older.
    const base = await commonCommit(commitOf, first, other);
    if ((await fileAt(base ?? undefined, file)) === before) return true;
  }
  return false;
}

async function findRepository(dir: string): Promise<string> {
  for (const gitdir of [path.resolve(dir), path.resolve(dir, '.git')]) {
    const problem = await fs.readdir(path.join(gitdir, 'objects')).then(
      () => null,
      (error: NodeJS.ErrnoException) => error.code,
    );
    if (problem === null) return gitdir;
    if (problem === 'EACCES') throw new AppError('forbidden', `${gitdir} can’t be read: no permission.`);
  }
  throw new AppError(
    'bad_request',
    `${dir} is not a git repository. Name the repository's own folder, or the top folder of a clone.`,
  );
}

/** git's own check, where git is there: it also sees packs, indexes and objects that no commit leads to. */
function gitCheck(gitdir: string): Promise<string[]> {
  if (!hasGit()) return Promise.resolve([]);
  return new Promise((resolve) => {
    const args = [
      '--git-dir',
      gitdir,
      '-c',
      'safe.directory=*',
      'fsck',
      '--full',
      '--strict',
      '--no-dangling',
      '--no-progress',
    ];
    execFile('git', args, { env: { ...process.env, ...GIT_ENV }, maxBuffer: 64e6 }, (error, stdout, stderr) => {
      const lines = `${stdout}\n${stderr}`
        .split('\n')
        .filter((line) => line.trim() !== '' && !line.startsWith('notice:'));
      resolve(error && lines.length === 0 ? ['git fsck fails'] : error || stderr ? lines.slice(0, 200) : []);
    });
  });
}

async function readHead(gitdir: string): Promise<string | null> {
  const read = (name: string) => fs.readFile(path.join(gitdir, name), 'utf8').catch(() => '');
  const oidIn = (text: string) => /^([0-9a-f]{40})\n$/.exec(text)?.[1] ?? null;
  const head = await read('HEAD');
  const ref = /^ref: (refs\/heads\/[\w./-]+)\n$/.exec(head)?.[1];
  if (!ref || ref.includes('..')) return oidIn(head);
  const loose = await read(ref);
  if (loose !== '') return oidIn(loose);
  const packed = (await read('packed-refs')).split('\n').find((line) => line.endsWith(` ${ref}`));
  return packed && /^[0-9a-f]{40} /.test(packed) ? packed.slice(0, 40) : null;
}

/** All commits, parents before children. */
async function readHistory(objects: ObjectReader, head: string, found: Found): Promise<[string, SignedCommit][]> {
  const commits = new Map<string, SignedCommit>();
  const order: string[] = [];
  const stack: { oid: string; after: boolean }[] = [{ oid: head, after: false }];
  for (let next = stack.pop(); next; next = stack.pop()) {
    if (next.after) {
      order.push(next.oid);
      continue;
    }
    if (commits.has(next.oid)) continue;
    const object = await objects.read(next.oid);
    if (object?.type !== 'commit') {
      found(`commit ${next.oid}`, 'is missing or damaged');
      continue;
    }
    const commit = commitFields(object.content);
    commits.set(next.oid, { commit, signer: readSigner(object.content), mustBeSigned: false });
    stack.push({ oid: next.oid, after: true });
    for (const parent of commit.parents) stack.push({ oid: parent, after: false });
  }
  return order.flatMap((oid) => {
    const commit = commits.get(oid);
    return commit ? [[oid, commit]] : [];
  });
}

/** The files that differ between two trees; equal folders are not read. */
async function changesOf(objects: ObjectReader, before: string | null, after: string, found: Found): Promise<Change[]> {
  const changes: Change[] = [];
  const visit = async (old: string | null, next: string | null, folder: string): Promise<void> => {
    if (old === next) return;
    const [a, b] = [await entriesOf(objects, old, folder, found), await entriesOf(objects, next, folder, found)];
    for (const name of new Set([...a.keys(), ...b.keys()])) {
      const [x, y] = [a.get(name), b.get(name)];
      if (x?.oid === y?.oid && x?.mode === y?.mode) continue;
      const at = `${folder}${name}`;
      const [xTree, yTree] = [x?.mode === '40000', y?.mode === '40000'];
      if (xTree || yTree) await visit(xTree ? (x?.oid ?? null) : null, yTree ? (y?.oid ?? null) : null, `${at}/`);
      if ((x && !xTree) || (y && !yTree)) {
        if (y && !yTree && y.mode !== '100644' && isCasePath(at)) found(at, `is not a regular file (mode ${y.mode})`);
        changes.push({ path: at, before: x && !xTree ? x.oid : null, after: y && !yTree ? y.oid : null });
      }
    }
  };
  await visit(before, after, '');
  return changes;
}

async function entriesOf(objects: ObjectReader, tree: string | null, folder: string, found: Found) {
  if (tree === null) return new Map<string, { mode: string; oid: string }>();
  const object = await objects.read(tree);
  if (object?.type !== 'tree') found(folder || 'the root folder', `its tree ${tree} is missing or damaged`);
  const entries = object?.type === 'tree' ? treeEntries(object.content) : [];
  return new Map(entries.map(({ name, mode, oid }) => [name, { mode, oid }]));
}

async function oidAt(objects: ObjectReader, tree: string, file: string): Promise<string | null> {
  let oid = tree;
  for (const name of file.split('/')) {
    const next = (await entriesOf(objects, oid, '', () => {})).get(name);
    if (!next) return null;
    oid = next.oid;
  }
  return oid;
}

/** Every file of a tree with its blob's id; each blob is read, so that a damaged one is found and named. */
async function filesOf(objects: ObjectReader, tree: string, found: Found): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  const visit = async (oid: string, folder: string): Promise<void> => {
    for (const [name, entry] of await entriesOf(objects, oid, folder, found)) {
      if (entry.mode === '40000') {
        await visit(entry.oid, `${folder}${name}/`);
      } else {
        files.set(`${folder}${name}`, entry.oid);
        if (!(await objects.read(entry.oid)))
          found(`${folder}${name}`, 'its content in the repository is missing or damaged');
      }
    }
  };
  await visit(tree, '');
  return files;
}

async function checkWorkTree(dir: string, files: Map<string, string>, found: Found): Promise<void> {
  for (const [name, oid] of files) {
    const file = path.join(dir, name);
    const kind = await fs.lstat(file).catch(() => null);
    const content = kind?.isFile() ? await fs.readFile(file).catch(() => null) : null;
    if (kind && !kind.isFile()) found(name, 'is not a regular file in the folder');
    else if (content === null) found(name, 'is missing from the folder, or can’t be read');
    else if (objectId('blob', content) !== oid) found(name, 'differs from what was committed');
  }
  const entries = await fs
    .readdir(path.join(dir, 'investigations'), { recursive: true, withFileTypes: true })
    .catch(() => []);
  for (const entry of entries) {
    const name = path.relative(dir, path.join(entry.parentPath, entry.name)).split(path.sep).join('/');
    if (!entry.isDirectory() && !files.has(name)) found(name, 'is in the folder and was never committed');
  }
}
