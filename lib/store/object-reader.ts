import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { inflate } from 'node:zlib';
import git from 'isomorphic-git';
import { atomicFs } from './atomic-fs';

export type GitObject = { type: 'blob' | 'tree' | 'commit' | 'tag'; content: Buffer };
export type TreeEntry = { mode: string; name: string; oid: string };

/** Reads a repository's objects. `read` answers null for one that isn't there, can't be read, or isn't what its id says. */
export type ObjectReader = { read(oid: string): Promise<GitObject | null>; close(): void };

let native: boolean | undefined;

/** Whether a git program is there. Nothing needs one; some things are quicker or more thorough with it. */
export function hasGit(): boolean {
  native ??= spawnSync('git', ['--version'], { stdio: 'ignore' }).status === 0;
  return native;
}

/**
 * The environment of each git that we start: nobody's configuration, no prompt, no pager; and no transport, because the
 * configuration of a clone that somebody hands us may name a program to fetch a missing object with.
 */
export const GIT_ENV = {
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
  LC_ALL: 'C',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_ALLOW_PROTOCOL: 'none',
};

/** An object that has a file of its own is read from there; those in packs through git, started when the first one is asked for. */
export function openObjects(gitdir: string): ObjectReader {
  let packed: ObjectReader | undefined;
  return {
    async read(oid) {
      const loose = await readLoose(gitdir, oid);
      if (loose !== undefined) return loose;
      packed ??= hasGit() ? new BatchReader(gitdir) : plainReader(gitdir);
      return packed.read(oid);
    },
    close: () => packed?.close(),
  };
}

/** An object from its own file. undefined: it has none; null: the file is damaged. */
export async function readLoose(gitdir: string, oid: string): Promise<GitObject | null | undefined> {
  if (!/^[0-9a-f]{40}$/.test(oid)) return null;
  let zipped: Buffer;
  try {
    zipped = await fs.readFile(path.join(gitdir, 'objects', oid.slice(0, 2), oid.slice(2)));
  } catch {
    return undefined;
  }
  try {
    const bytes = await unzip(zipped);
    const end = bytes.indexOf(0);
    const [type = '', size] = bytes.toString('latin1', 0, end).split(' ');
    const content = bytes.subarray(end + 1);
    return Number(size) === content.length ? checked(oid, { type: type as GitObject['type'], content }) : null; // of git's four, or the id is wrong
  } catch {
    return null;
  }
}

const unzip = promisify(inflate);

/** The entries of a tree object. */
export function treeEntries(content: Buffer): TreeEntry[] {
  const entries: TreeEntry[] = [];
  for (let at = 0; at < content.length; ) {
    const space = content.indexOf(0x20, at);
    const nul = content.indexOf(0, space);
    if (space < 0 || nul < 0) break;
    entries.push({
      mode: content.toString('latin1', at, space),
      name: content.toString('utf8', space + 1, nul),
      oid: content.toString('hex', nul + 1, nul + 21),
    });
    at = nul + 21;
  }
  return entries;
}

export type CommitObject = {
  tree: string;
  parents: string[];
  author: string;
  authorEmail: string;
  committerEmail: string;
  /** Seconds since 1970. */
  committedAt: number;
  message: string;
};

/** What a commit object says. */
export function commitFields(content: Buffer): CommitObject {
  const text = content.toString('utf8');
  const end = text.indexOf('\n\n');
  const lines = text.slice(0, end < 0 ? undefined : end).split('\n');
  const all = (name: string) =>
    lines.flatMap((line) => (line.startsWith(`${name} `) ? [line.slice(name.length + 1)] : []));
  const person = (role: string) => /^(.*) <(.*)> \d+ [+-]\d{4}$/.exec(all(role)[0] ?? '');
  const [author, committer] = [person('author'), person('committer')];
  return {
    tree: all('tree')[0] ?? '',
    parents: all('parent'),
    author: author?.[1] ?? '',
    authorEmail: author?.[2] ?? '',
    committerEmail: committer?.[2] ?? '',
    committedAt: Number(/ (\d+) [+-]\d{4}$/.exec(all('committer')[0] ?? '')?.[1] ?? 0),
    message: end < 0 ? '' : text.slice(end + 2),
  };
}

/** sha1 as git names objects. */
export function objectId(type: string, content: Buffer): string {
  return createHash('sha1').update(`${type} ${content.length}\0`).update(content).digest('hex');
}

function checked(oid: string, object: GitObject): GitObject | null {
  return objectId(object.type, object.content) === oid ? object : null;
}

function plainReader(gitdir: string): ObjectReader {
  const cache = {};
  return {
    async read(oid) {
      try {
        const found = await git.readObject({ fs: atomicFs, gitdir, oid, format: 'content', cache });
        if (!('object' in found) || !(found.object instanceof Uint8Array)) return null;
        return checked(oid, { type: found.type as GitObject['type'], content: Buffer.from(found.object) }); // of four
      } catch {
        return null;
      }
    },
    close() {},
  };
}

type Waiting = { oid: string; resolve: (object: GitObject | null) => void };

/** `git cat-file --batch`: asked one after the other, answered in order. A damaged object ends it; the next call starts another. */
class BatchReader implements ObjectReader {
  private child: ChildProcess | null = null;
  private waiting: Waiting[] = [];
  private chunks: Buffer[] = [];
  private size = 0;
  private needed = 0;

  constructor(private readonly gitdir: string) {}

  read(oid: string): Promise<GitObject | null> {
    if (!/^[0-9a-f]{40}$/.test(oid)) return Promise.resolve(null);
    return new Promise((resolve) => {
      this.waiting.push({ oid, resolve });
      this.start().stdin?.write(`${oid}\n`);
    });
  }

  close(): void {
    this.child?.stdin?.end();
    this.child = null;
  }

  private start(): ChildProcess {
    if (this.child) return this.child;
    const child = spawn('git', ['--git-dir', this.gitdir, 'cat-file', '--batch'], {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: { ...process.env, ...GIT_ENV },
    });
    this.child = child;
    this.chunks = [];
    this.size = 0;
    this.needed = 0;
    child.stdin?.on('error', () => {});
    child.stdout?.on('data', (chunk: Buffer) => {
      if (this.child !== child) return;
      this.chunks.push(chunk);
      this.size += chunk.length;
      if (this.size >= this.needed) this.take();
    });
    child.on('close', () => {
      if (this.child !== child) return;
      this.child = null;
      // It ended over the first one asked for; the others are asked again.
      this.waiting.shift()?.resolve(null);
      const again = this.waiting;
      if (again.length > 0) this.start().stdin?.write(again.map(({ oid }) => `${oid}\n`).join(''));
    });
    return child;
  }

  private take(): void {
    let buffer = Buffer.concat(this.chunks);
    for (;;) {
      const end = buffer.indexOf(0x0a);
      if (end < 0) break;
      const [oid = '', type = '', size = ''] = buffer.toString('latin1', 0, end).split(' ');
      const first = this.waiting[0];
      if (!first) break;
      if (!/^\d+$/.test(size)) {
        this.waiting.shift();
        buffer = buffer.subarray(end + 1);
        first.resolve(null);
        continue;
      }
      const length = Number(size);
      this.needed = end + 1 + length + 1;
      if (buffer.length < this.needed) break;
      const content = Buffer.from(buffer.subarray(end + 1, end + 1 + length));
      buffer = buffer.subarray(this.needed);
      this.needed = 0;
      this.waiting.shift();
      const object = { type: type as GitObject['type'], content }; // git knows four
      first.resolve(oid === first.oid ? checked(oid, object) : null);
    }
    this.chunks = [buffer];
    this.size = buffer.length;
  }
}
