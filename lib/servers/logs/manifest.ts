import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { SQL_TYPES } from './field-tree';
import { NOTE_KINDS } from './formats/format';
import type { LogFile } from './scan-files';
import type { TimeField } from './time-field';

/** Raised when parts written by an older program must not be read. */
export const VERSION = 6;

const FieldPath = z.array(z.string());
const Kinds = z.object({
  int: z.number(),
  long: z.number(),
  huge: z.number(),
  float: z.number(),
  bool: z.number(),
  time: z.number(),
  text: z.number(),
  array: z.number(),
});
const TimeFieldSchema = z.object({
  path: FieldPath,
  clock: FieldPath.optional(),
  order: z.enum(['mdy', 'dmy']).optional(),
  isOrderGuessed: z.boolean().optional(),
  isZoneless: z.boolean().optional(),
});
export const FieldStatSchema = z.object({
  path: FieldPath,
  kinds: Kinds,
  samples: z.array(z.tuple([z.string(), z.number()])),
});

const Problem = z.object({ line: z.number().nullable(), message: z.string() });

/** What became of one file when it was read. */
const FileResult = z.object({
  path: z.string(),
  name: z.string(),
  size: z.number(),
  mtimeMs: z.number(),
  range: z.object({ from: z.number(), to: z.number(), line: z.number() }).optional(),
  rows: z.number(),
  unparsable: z.number(),
  notes: z.partialRecord(z.enum(NOTE_KINDS), z.number()),
  /** The first few things that could not be read. */
  problems: z.array(Problem),
});

const Part = z.object({
  /** File name in the cache folder. */
  file: z.string(),
  rows: z.number(),
  untimed: z.number(),
  /** Microseconds since 1970; null when no row has a time. */
  from: z.number().nullable(),
  to: z.number().nullable(),
  /** Columns stored in the part beside _time, raw, _file and _line; named by columnId(path). */
  columns: z.array(z.object({ path: FieldPath, type: z.enum(SQL_TYPES) })),
});

/** A segment: some files of one source, read once and kept as Parquet parts. */
export const Manifest = z.object({
  version: z.literal(VERSION),
  key: z.string(),
  timeFields: z.array(TimeFieldSchema),
  files: z.array(FileResult),
  parts: z.array(Part),
  fields: z.array(FieldStatSchema),
  /** False when there were more paths than `fields` lists. */
  fieldsComplete: z.boolean(),
});
export type Manifest = z.infer<typeof Manifest>;
export type FileResult = z.infer<typeof FileResult>;
export type Part = z.infer<typeof Part>;

/** The segment's name: the same files, unchanged, read for the same times, give the same one in every process. */
export function segmentKey(files: LogFile[], timeFields: TimeField[]): string {
  const identity = [VERSION, timeFields, files.map(fileId)];
  return createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 40);
}

/** A file as it is now: the same for as long as its path, name, size and modification time are. */
export const fileId = (file: LogFile): string =>
  JSON.stringify([
    file.path,
    file.name,
    file.size,
    file.mtimeMs,
    ...(file.range ? [file.range.from, file.range.to] : []),
  ]);

/** A column's name inside a part: any path gives a name that is safe and distinct whatever its case or characters. */
export function columnId(fieldPath: string[]): string {
  return `c${createHash('sha256').update(JSON.stringify(fieldPath)).digest('hex').slice(0, 16)}`;
}

/** The manifest of a segment if it was written whole and its parts are still there. */
export async function readManifest(cacheDir: string, key: string): Promise<Manifest | undefined> {
  try {
    const file = path.join(cacheDir, `${key}.json`);
    const manifest = Manifest.parse(JSON.parse(await fs.readFile(file, 'utf8')));
    await Promise.all(manifest.parts.map((part) => fs.access(path.join(cacheDir, part.file))));
    const now = new Date();
    await fs.utimes(file, now, now); // last used; see dropStale
    return manifest;
  } catch {
    return undefined; // missing, of another version or damaged: read the files again
  }
}

/** All segments in the cache, of these and other folders. */
export async function readManifests(cacheDir: string): Promise<Manifest[]> {
  const names = await fs.readdir(cacheDir).catch(() => []);
  const keys = names.filter((name) => /^[0-9a-f]{40}\.json$/.test(name)).map((name) => name.slice(0, 40));
  const found: Manifest[] = [];
  for (const key of keys) {
    const manifest = await readManifest(cacheDir, key);
    if (manifest) found.push(manifest);
  }
  return found;
}

/** The parts are in place before this; a manifest that can be read is therefore whole. */
export async function writeManifest(cacheDir: string, manifest: Manifest): Promise<void> {
  const target = path.join(cacheDir, `${manifest.key}.json`);
  const temporary = `${target}.${process.pid}.tmp`;
  await fs.writeFile(temporary, JSON.stringify(manifest));
  await fs.rename(temporary, target);
}

const KEEP_MS = 3 * 24 * 3600_000;

/** Removes what no process has used for three days, and temporary files that a killed one left. */
export async function dropStale(cacheDir: string, now = Date.now()): Promise<void> {
  for (const name of await fs.readdir(cacheDir).catch(() => [])) {
    const file = path.join(cacheDir, name);
    const owner = /^([0-9a-f]{40})\.\d+\.parquet$/.exec(name)?.[1];
    const dated = owner
      ? await fs.stat(path.join(cacheDir, `${owner}.json`)).catch(() => fs.stat(file))
      : await fs.stat(file).catch(() => null);
    if (dated && now - dated.mtimeMs > KEEP_MS) await fs.rm(file, { recursive: true, force: true });
  }
}
