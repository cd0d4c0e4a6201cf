/**
 * What one approved report costs the repository with BENCH_SMALL (1,000) and BENCH_LARGE (100,000) investigations in it, as a ratio to
 * each other and to the floor: the same objects written by isomorphic-git as it comes (no fsync, no lock). Then packing, the first
 * commit after it, and reading every file of the large one by `git cat-file --batch`, beside our own reader. Needs a git program.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import nodeFs from 'node:fs';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import git from 'isomorphic-git';
import { openObjects, treeEntries } from '../lib/store/object-reader';
import { commitFiles } from '../lib/store/repo';

const SMALL = Number(process.env.BENCH_SMALL ?? 1000);
const LARGE = Number(process.env.BENCH_LARGE ?? 100_000);
const COMMITS = 40;

const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'socdown-bench-'));
const person = { name: 'Socdown', email: 'socdown@localhost', at: new Date() };
const report = 'A line of a report, as long as lines are.\n'.repeat(200);
const two = (n: number) => String(n).padStart(2, '0');
/** The days of a year of twelve equal months: some 300 cases a day of 100,000. */
const DAYS = 12 * 28;
const stemOf = (n: number) =>
  `investigations/2026/${two(1 + (n % 12))}/${two(1 + (Math.floor(n / 12) % 28))}/case-${n}`;
const filesOf = (n: number) => [
  { path: `${stemOf(n)}.md`, content: `${n}\n${report}` },
  { path: `${stemOf(n)}.evidence.json`, content: `{"case": ${n}}\n` },
  { path: `${stemOf(n)}.audit.jsonl`, content: `{"seq":${n}}\n` },
];

try {
  const small = await build('small', SMALL);
  const large = await build('large', LARGE);
  // In turns, so that a busy moment hits all alike.
  const times = { small: [] as number[], large: [] as number[], floor: [] as number[] };
  for (let n = 0; n < COMMITS; n++) {
    times.small.push(await timed(() => commit(small, n)));
    times.large.push(await timed(() => commit(large, n)));
    times.floor.push(await timed(() => floorCommit(small, n)));
  }
  const [a, b, floor] = [median(times.small), median(times.large), median(times.floor)];
  console.log(
    `one approval: ${a} ms at ${SMALL}, ${b} ms at ${LARGE}, isomorphic-git alone ${floor} ms (medians of ${COMMITS})`,
  );
  console.log(
    `ratio ${LARGE} to ${SMALL}: ${(b / a).toFixed(2)} (at most 1.3); ${LARGE} to the floor: ${(b / floor).toFixed(2)} (at most 1.5)`,
  );

  const packing = await timed(async () => {
    execFileSync('git', ['--git-dir', large, 'repack', '-d', '-l', '--quiet', '--geometric=2']);
    execFileSync('git', [
      '--git-dir',
      large,
      'commit-graph',
      'write',
      '--reachable',
      '--changed-paths',
      '--split',
      '--no-progress',
    ]);
  });
  const first = await timed(() => commit(large, COMMITS));
  const then = await timed(() => commit(large, COMMITS + 1));
  console.log(
    `packing ${(packing / 1000).toFixed(1)} s; the first approval after it ${first.toFixed(1)} ms, the next ${then.toFixed(1)} ms`,
  );

  const blobs = await blobsOf(large);
  const native = await timed(() => catFile(large, blobs));
  const ours = await timed(async () => {
    const objects = openObjects(large);
    for (let from = 0; from < blobs.length; from += 500)
      await Promise.all(blobs.slice(from, from + 500).map((oid) => objects.read(oid)));
    objects.close();
  });
  console.log(
    `reading ${blobs.length} files: git cat-file --batch ${(native / 1000).toFixed(1)} s, with every hash checked ${(ours / 1000).toFixed(1)} s, ratio ${(ours / native).toFixed(2)}`,
  );
  const fsck = execFileSync('git', ['--git-dir', large, 'fsck', '--strict', '--no-dangling', '--no-progress'], {
    encoding: 'utf8',
  });
  console.log(`git fsck --strict: ${fsck.trim() || 'clean'}`);
} finally {
  await fs.rm(folder, { recursive: true });
}

/** A store of that many investigations in one commit, packed by fast-import. */
async function build(name: string, count: number): Promise<string> {
  const gitdir = path.join(folder, `${name}.git`);
  execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch=main', gitdir]);
  const child = spawn('git', ['--git-dir', gitdir, 'fast-import', '--quiet'], {
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  const write = async (text: string) => {
    if (!child.stdin.write(text)) await once(child.stdin, 'drain');
  };
  await write('commit refs/heads/main\ncommitter Bench <bench@localhost> 1767225600 +0000\ndata 5\nBuild\n');
  for (let n = 0; n < count; n++) {
    for (const { path: file, content } of filesOf(n))
      await write(`M 100644 inline ${file}\ndata ${Buffer.byteLength(content)}\n${content}\n`);
  }
  child.stdin.end('\n');
  await once(child, 'close');
  // As it is between two packings: the last commits lie in files of their own.
  await commitFiles(
    gitdir,
    { files: filesOf(900_000), author: person, committer: person, message: 'Bench\n' },
    async () => {},
  );
  return gitdir;
}

function commit(gitdir: string, n: number): Promise<string> {
  return commitFiles(
    gitdir,
    { files: filesOf(1_000_000 + DAYS * n), author: person, committer: person, message: 'Bench\n' },
    async () => {},
  );
}

/** The blobs, the trees on their path, the commit and the ref, as isomorphic-git writes them. */
async function floorCommit(gitdir: string, n: number): Promise<void> {
  const repo = { fs: nodeFs, gitdir };
  const head = await git.resolveRef({ ...repo, ref: 'refs/heads/main' });
  const files = filesOf(2_000_000 + DAYS * n);
  const segments = (files[0]?.path ?? '').split('/').slice(0, -1);
  const blobs = [];
  for (const file of files)
    blobs.push({
      path: path.basename(file.path),
      oid: await git.writeBlob({ ...repo, blob: Buffer.from(file.content) }),
    });
  let oid = (await git.readCommit({ ...repo, oid: head })).commit.tree;
  const trees = [];
  for (const name of [...segments, '']) {
    const { tree } = await git.readTree({ ...repo, oid });
    trees.push(tree);
    oid = tree.find((entry) => entry.path === name)?.oid ?? oid;
  }
  let below = await git.writeTree({
    ...repo,
    tree: [...(trees.pop() ?? []), ...blobs.map((blob) => ({ mode: '100644', type: 'blob' as const, ...blob }))],
  });
  for (const name of segments.reverse()) {
    const tree = (trees.pop() ?? []).map((entry) => (entry.path === name ? { ...entry, oid: below } : entry));
    below = await git.writeTree({ ...repo, tree });
  }
  const who = { name: 'Socdown', email: 'socdown@localhost', timestamp: 1_767_225_700, timezoneOffset: 0 };
  const made = await git.writeCommit({
    ...repo,
    commit: { message: 'Bench\n', tree: below, parent: [head], author: who, committer: who },
  });
  await git.writeRef({ ...repo, ref: 'refs/heads/main', value: made, force: true });
}

async function blobsOf(gitdir: string): Promise<string[]> {
  const objects = openObjects(gitdir);
  const found: string[] = [];
  const walk = async (oid: string): Promise<void> => {
    const object = await objects.read(oid);
    for (const entry of treeEntries(object?.content ?? Buffer.alloc(0))) {
      if (entry.mode === '40000') await walk(entry.oid);
      else if (entry.name.endsWith('.md')) found.push(entry.oid);
    }
  };
  await walk(execFileSync('git', ['--git-dir', gitdir, 'rev-parse', 'main^{tree}'], { encoding: 'utf8' }).trim());
  objects.close();
  return found;
}

async function catFile(gitdir: string, oids: string[]): Promise<void> {
  const child = spawn('git', ['--git-dir', gitdir, 'cat-file', '--batch'], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdout.resume();
  child.stdin.end(`${oids.join('\n')}\n`);
  await once(child, 'close');
}

async function timed(run: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

function median(values: number[]): number {
  return Number([...values].sort((x, y) => x - y)[values.length >> 1]?.toFixed(1));
}
