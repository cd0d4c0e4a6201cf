import type { Dirent } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { errorMessage } from '../../errors/app-error';

export type LogFile = {
  /** Absolute. */
  path: string;
  /** Below its root, with `/`; what `_file` and messages show. With several roots it starts with the root's name. */
  name: string;
  size: number;
  mtimeMs: number;
  /** Only the lines that start in this range of bytes: a large file of lines is read in pieces side by side. */
  range?: LineRange | undefined;
};

/** `line`: the number of the first line that starts in the range. */
export type LineRange = { from: number; to: number; line: number };

/**
 * A file that no query can see. `gap`: it may hold events, so what isn't found may be in it; false for what is empty,
 * hidden or a document beside the logs.
 */
export type Skipped = {
  file: string;
  reason: string;
  gap: boolean /** Of a copy: the file that is read. */;
  of?: string;
};

const DOCUMENT =
  /^(readme|licen[cs]e|notice|copying|changelog|authors|sha256sums?|md5sums?)(\.(md|txt|rst|asc))?$|\.(sha256|md5|asc|sig)$/i;
const MAX_FILES = 200_000;

/**
 * All regular files below the roots, sorted by name. Roots that do not exist give none.
 * Links, hidden entries and special files are listed as skipped: a link could lead out of the folder, a pipe could block.
 */
export async function scanFiles(roots: string[]): Promise<{ files: LogFile[]; skipped: Skipped[] }> {
  const files: LogFile[] = [];
  const skipped: Skipped[] = [];
  const skip = (file: string, reason: string, gap = true): void => {
    skipped.push({ file, reason, gap });
  };
  for (const root of roots) {
    const prefix = roots.length > 1 ? `${path.basename(root)}/` : '';
    await walk(root, prefix);
  }
  files.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.path < b.path ? -1 : 1));
  return { files, skipped };

  async function walk(dir: string, prefix: string): Promise<void> {
    let entries: Dirent[];
    try {
      entries = await fs.readdir(dir, { withFileTypes: true });
    } catch (error) {
      if (!isMissing(error)) skip(prefix || path.basename(dir), readProblem(error));
      return;
    }
    for (const entry of entries) {
      const name = prefix + entry.name;
      if (files.length >= MAX_FILES) {
        skip(name, `there are more than ${MAX_FILES} files; the rest is not read`);
        return;
      }
      await visit(path.join(dir, entry.name), name, entry);
    }
  }

  async function visit(full: string, name: string, entry: Dirent): Promise<void> {
    if (entry.name.startsWith('.')) skip(name, 'hidden (its name starts with a dot)', false);
    else if (entry.isSymbolicLink()) skip(name, 'a symbolic link; put the files themselves below LOGS_DIR');
    else if (entry.isDirectory()) await walk(full, `${name}/`);
    else if (!entry.isFile()) skip(name, 'not a regular file (a pipe, socket or device)');
    else if (DOCUMENT.test(entry.name)) skip(name, 'a document beside the logs', false);
    else await addFile(full, name);
  }

  async function addFile(full: string, name: string): Promise<void> {
    try {
      const stat = await fs.stat(full);
      if (stat.size === 0) skip(name, 'empty', false);
      else files.push({ path: full, name, size: stat.size, mtimeMs: stat.mtimeMs });
    } catch (error) {
      if (!isMissing(error)) skip(name, readProblem(error));
    }
  }
}

/** Why a file or folder can't be read, in words. */
export function readProblem(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT') return 'the file is no longer there';
  if (code === 'EACCES' || code === 'EPERM') return 'no permission to read it';
  if (code.startsWith('Z_')) return `damaged gzip: ${errorMessage(error)}; what came before it was read`;
  return errorMessage(error).split('\n')[0]?.slice(0, 200) || 'unreadable';
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
