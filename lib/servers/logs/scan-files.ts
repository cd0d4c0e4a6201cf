import type { Dirent } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { errorMessage } from '../../errors/app-error';

export type Family = 'json' | 'csv' | 'parquet';

export type LogFile = {
  /** Absolute. */
  path: string;
  /** Below its root, with `/`; what `_file` and messages show. With several roots it starts with the root's name. */
  name: string;
  family: Family;
  size: number;
  mtimeMs: number;
};

export type Skipped = { file: string; reason: string };

const READABLE = /\.(json|jsonl|ndjson|log|csv|tsv|parquet)(\.gz)?$|\.gz$/i;
const MAX_FILES = 200_000;

/**
 * All readable log files below the roots, sorted by name. Roots that do not exist give none.
 * Links, hidden entries and special files are left out: a link could lead out of the folder, a pipe could block.
 */
export async function scanFiles(roots: string[]): Promise<{ files: LogFile[]; skipped: Skipped[] }> {
  const files: LogFile[] = [];
  const skipped: Skipped[] = [];
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
      if (!isMissing(error)) skipped.push({ file: prefix || path.basename(dir), reason: errorMessage(error) });
      return;
    }
    for (const entry of entries) {
      if (files.length >= MAX_FILES) return;
      if (entry.name.startsWith('.')) continue;
      const full = path.join(dir, entry.name);
      const name = prefix + entry.name;
      if (entry.isSymbolicLink()) {
        skipped.push({ file: name, reason: 'a symbolic link; put the files themselves below LOGS_DIR' });
      } else if (entry.isDirectory()) {
        await walk(full, `${name}/`);
      } else if (entry.isFile() && READABLE.test(entry.name)) {
        await addFile(full, name);
      }
    }
  }

  async function addFile(full: string, name: string): Promise<void> {
    try {
      const stat = await fs.stat(full);
      if (stat.size === 0) skipped.push({ file: name, reason: 'empty' });
      else files.push({ path: full, name, family: familyOf(name), size: stat.size, mtimeMs: stat.mtimeMs });
    } catch (error) {
      if (!isMissing(error)) skipped.push({ file: name, reason: errorMessage(error) });
    }
  }
}

function familyOf(name: string): Family {
  const plain = name.toLowerCase().replace(/\.gz$/, '');
  if (plain.endsWith('.parquet')) return 'parquet';
  return plain.endsWith('.csv') || plain.endsWith('.tsv') ? 'csv' : 'json';
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
