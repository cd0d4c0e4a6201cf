import { createHash, type KeyObject } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { constants, deflate } from 'node:zlib';
import { placeWhole, syncFolder } from './atomic-fs';
import type { GitPerson } from './commit-message';
import { readLoose } from './object-reader';
import type { TreeItem } from './read-objects';
import { signContent } from './ssh-signature';

type At = GitPerson & { at: number };
export type CommitText = {
  tree: string;
  parents: string[];
  author: At;
  committer: At;
  message: string;
  signWith: KeyObject;
};

const zip = promisify(deflate);
const OID_BYTES = 20;
/** git's own for objects in files of their own: packing does it well. */
const LEVEL = constants.Z_BEST_SPEED;
/** Files open at once; the threads that do the work are fewer. */
const AT_ONCE = 32;

/**
 * New objects of a repository. Their ids are known at once; `flush` brings them to the disk, all together: every file is
 * waited for once and every folder once, where writing one after the other waits for the disk thirty times a commit (decision 067).
 */
export class ObjectWriter {
  private readonly made = new Map<string, Buffer>();

  constructor(private readonly gitdir: string) {}

  blob(content: string | Uint8Array): string {
    return this.add('blob', typeof content === 'string' ? Buffer.from(content) : content);
  }

  tree(entries: TreeItem[]): string {
    const sorted = entries.map((entry) => ({ ...entry, key: entry.type === 'tree' ? `${entry.path}/` : entry.path }));
    sorted.sort(byBytes);
    const heads = sorted.map(({ mode, path: name }) => `${mode.replace(/^0+/, '')} ${name}\0`);
    const size = heads.reduce((sum, head) => sum + Buffer.byteLength(head) + OID_BYTES, 0);
    const content = Buffer.allocUnsafe(size);
    let at = 0;
    for (const [index, { oid }] of sorted.entries()) {
      at += content.write(heads[index] ?? '', at);
      at += content.write(oid, at, 'hex');
    }
    return this.add('tree', content);
  }

  /** Times are seconds since 1970, written as UTC. */
  commit({ tree, parents, author, committer, message, signWith }: CommitText): string {
    const person = ({ name, email, at }: At) => `${name} <${email}> ${at} +0000`;
    const lines = [
      `tree ${tree}`,
      ...parents.map((oid) => `parent ${oid}`),
      `author ${person(author)}`,
      `committer ${person(committer)}`,
    ];
    const head = `${lines.join('\n')}\n`;
    const body = `\n${message.replace(/^\n+|\n+$/g, '')}\n`;
    const signature = signContent(signWith, Buffer.from(head + body))
      .trimEnd()
      .replaceAll('\n', '\n ');
    return this.add('commit', Buffer.from(`${head}gpgsig ${signature}\n${body}`));
  }

  /** All of it is on the disk afterwards, also what was there already: a process that was killed may not have waited for it. */
  async flush(): Promise<void> {
    const objects = path.join(this.gitdir, 'objects');
    const folders = [...new Set([...this.made.keys()].map((oid) => path.join(objects, oid.slice(0, 2))))];
    await inBatches(folders, (folder) => fs.mkdir(folder).catch(unlessThere));
    await inBatches([...this.made], ([oid, bytes]) => this.write(oid, bytes));
    await inBatches(folders, syncFolder);
    await syncFolder(objects);
    this.made.clear();
  }

  private add(type: string, content: Uint8Array): string {
    const bytes = Buffer.concat([Buffer.from(`${type} ${content.length}\0`), content]);
    const oid = createHash('sha1').update(bytes).digest('hex');
    this.made.set(oid, bytes);
    return oid;
  }

  private async write(oid: string, bytes: Buffer): Promise<void> {
    const file = path.join(this.gitdir, 'objects', oid.slice(0, 2), oid.slice(2));
    // A damaged one is replaced.
    if (await readLoose(this.gitdir, oid)) return syncFile(file);
    await placeWhole(file, await zip(bytes, { level: LEVEL }));
  }
}

/** git's order of names: by bytes, a folder as if its name ended with a slash. */
function byBytes({ key: a }: { key: string }, { key: b }: { key: string }): number {
  // Code units are in the order of their bytes, but for surrogates.
  if (!SURROGATE.test(a) && !SURROGATE.test(b)) return a < b ? -1 : a > b ? 1 : 0;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
const SURROGATE = /[\ud800-\udfff]/;

async function syncFile(file: string): Promise<void> {
  const handle = await fs.open(file, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Ends when nothing is under way any more, also when one fails. @throws what the first that failed threw */
async function inBatches<T>(items: T[], work: (item: T) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < items.length; from += AT_ONCE) {
    const done = await Promise.allSettled(items.slice(from, from + AT_ONCE).map(work));
    const failed = done.find((one) => one.status === 'rejected');
    if (failed) throw failed.reason;
  }
}

function unlessThere(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}
