import fs from 'node:fs/promises';
import path from 'node:path';
import { AppError, errorMessage } from '../../errors/app-error';
import { log } from '../../log/log';
import { unknownSource } from './check-sql';
import { groupSources, type PeekedFile, type SourceGroup } from './group-sources';
import { dropStale, type FileResult, type Manifest, readManifest, readManifests, segmentKey } from './manifest';
import type { Peek } from './peek-file';
import { type LogFile, type Skipped, scanFiles } from './scan-files';
import { type SourceFields, sourceFields } from './source-fields';
import { chooseTimeFields } from './time-field';
import type { WorkerPool } from './worker-pool';

export type CatalogOptions = { roots: string[]; cacheDir: string; memoryMb: number; threads: number };

export type Source = {
  name: string;
  files: PeekedFile[];
  timeFields: string[][];
  /** What queries read: segments of the files as they are, or as they last were while new ones are being read. */
  segments: Manifest[];
  /** All files, as they are now, are in `segments`. */
  ready: boolean;
  /** Not ready, but `segments` hold the complete earlier state: good for an answer with a note. */
  stale: boolean;
};

/** Bytes of text (guessed for gzip) that one segment takes together. */
const SEGMENT_BYTES = 96 * 1024 * 1024;
const SMALL_SEGMENT_BYTES = 24 * 1024 * 1024;
const GZIP_RATIO = 10;
const PEEK_BATCH = 40;
const RESCAN_MS = 1500;
const MAX_RESCAN_MS = 30_000;
/** With an earlier state at hand, how long to wait for the newer one. */
const STALE_WAIT_MS = 15_000;
const RETRY_MS = 60_000;

/** The sources below the roots, kept up to date: looks again before each use, and reads what is new or changed. */
export class Catalog {
  readonly cacheDir: string;
  readonly #options: CatalogOptions;
  readonly #pool: WorkerPool;
  readonly #peeks = new Map<string, Peek>();
  readonly #segments = new Map<string, Manifest>();
  /** Segments of one file each whose reading failed, and when: tried again after a minute. */
  readonly #failed = new Map<string, number>();
  readonly #jobs = new Map<string, Promise<void>>();
  #sources = new Map<string, Source>();
  #skipped: Skipped[] = [];
  #scanned = 0;
  #scanMs = 0;
  #scanning: Promise<void> | undefined;
  #started: Promise<void> | undefined;

  constructor(options: CatalogOptions, pool: WorkerPool) {
    this.#options = options;
    this.#pool = pool;
    this.cacheDir = options.cacheDir;
  }

  get skipped(): Skipped[] {
    return this.#skipped;
  }

  /** The sources as they are on disk now; reading of new files is under way when this returns, not finished. */
  async refresh(): Promise<Source[]> {
    this.#started ??= this.#start();
    await this.#started;
    const due = this.#scanned + Math.min(MAX_RESCAN_MS, Math.max(RESCAN_MS, this.#scanMs * 10));
    if (Date.now() >= due) {
      this.#scanning ??= this.#scan().finally(() => {
        this.#scanning = undefined;
      });
      await this.#scanning;
    }
    return [...this.#sources.values()];
  }

  /** Waits until all sources are read, or until the time is up. */
  async settle(waitMs: number): Promise<void> {
    await this.#wait([...this.#sources.values()], waitMs);
  }

  /**
   * Sources ready to be queried. When reading takes longer than `waitMs`: an error that says how far it is, unless an
   * earlier state of all its files can answer.
   */
  async ready(names: string[], waitMs: number): Promise<Source[]> {
    const known = await this.refresh();
    for (const name of names) {
      if (!this.#sources.has(name))
        throw unknownSource(
          name,
          known.map((source) => source.name),
        );
    }
    const wanted = (): Source[] => names.flatMap((name) => this.#sources.get(name) ?? []);
    for (const source of wanted()) await this.#checkParts(source);
    const allStale = wanted().every((source) => source.ready || source.stale);
    await this.#wait(wanted(), allStale ? Math.min(waitMs, STALE_WAIT_MS) : waitMs);
    for (const source of wanted()) {
      if (source.ready || source.stale) continue;
      const { done, total } = this.progress(source);
      throw new AppError(
        'unavailable',
        `Source ${source.name} is still being indexed (${done} of ${total} files, first use). Ask again in a minute.`,
      );
    }
    return wanted();
  }

  progress(source: Source): { done: number; total: number } {
    const read = new Set(source.segments.flatMap((segment) => segment.files.map(fileId)));
    return { done: source.files.filter((file) => read.has(fileId(file))).length, total: source.files.length };
  }

  fields(source: Source): SourceFields {
    const key = source.segments.map((segment) => segment.key).join();
    const cached = this.#fields.get(source.name);
    if (cached?.key === key) return cached.fields;
    const fields = sourceFields(source.segments);
    this.#fields.set(source.name, { key, fields });
    return fields;
  }

  readonly #fields = new Map<string, { key: string; fields: SourceFields }>();

  /** What could not be read, of all files of a source. */
  results(source: Source): FileResult[] {
    const current = new Set(source.files.map(fileId));
    return source.segments.flatMap((segment) => segment.files).filter((file) => current.has(fileId(file)));
  }

  async #start(): Promise<void> {
    await fs.mkdir(this.cacheDir, { recursive: true, mode: 0o700 });
    await dropStale(this.cacheDir);
    for (const manifest of await readManifests(this.cacheDir)) this.#segments.set(manifest.key, manifest);
  }

  async #scan(): Promise<void> {
    const started = Date.now();
    for (const [key, failedAt] of this.#failed) {
      if (started - failedAt < RETRY_MS) continue;
      this.#failed.delete(key);
      this.#segments.delete(key);
    }
    const { files, skipped } = await scanFiles(this.#options.roots);
    this.#scanMs = Date.now() - started;
    const peeked = await this.#peekAll(files, skipped);
    const previous = this.#sources;
    const sources = new Map<string, Source>();
    for (const group of groupSources(peeked)) sources.set(group.name, this.#sourceOf(group, previous.get(group.name)));
    this.#sources = sources;
    this.#skipped = skipped;
    this.#scanned = Date.now();
    for (const source of sources.values()) this.#plan(source);
  }

  /** Files with no readable record make no source; they are told as skipped, with the first reason. */
  async #peekAll(files: LogFile[], skipped: Skipped[]): Promise<PeekedFile[]> {
    const unknown = files.filter((file) => !this.#peeks.has(fileId(file)));
    const batches: LogFile[][] = [];
    for (let at = 0; at < unknown.length; at += PEEK_BATCH) batches.push(unknown.slice(at, at + PEEK_BATCH));
    await Promise.all(
      batches.map(async (batch) => {
        const peeks = await this.#pool.run('peek', { files: batch }).catch((error: unknown) => {
          log.warn({ error: errorMessage(error) }, 'looking at log files failed');
          return batch.map(
            (file): Peek => ({
              layout: 'json',
              records: 0,
              keys: {},
              times: [],
              problem: `can't be read: ${errorMessage(error)} (${file.name})`,
            }),
          );
        });
        for (const [index, file] of batch.entries()) {
          const peek = peeks[index];
          if (peek) this.#peeks.set(fileId(file), peek);
        }
      }),
    );
    const current = new Set(files.map(fileId));
    for (const id of this.#peeks.keys()) if (!current.has(id)) this.#peeks.delete(id);
    return files.flatMap((file) => {
      const peek = this.#peeks.get(fileId(file));
      if (!peek) return [];
      if (peek.records > 0) return [{ ...file, peek }];
      skipped.push({
        file: file.name,
        reason: peek.problem ? `no record could be read: ${peek.problem}` : 'no records in it',
      });
      return [];
    });
  }

  #sourceOf(group: SourceGroup, previous: Source | undefined): Source {
    const times = group.files.slice(0, 100).map((file) => ({ records: file.peek.records, times: file.peek.times }));
    return {
      name: group.name,
      files: group.files,
      timeFields: chooseTimeFields(times),
      segments: previous?.segments ?? [],
      ready: false,
      stale: previous !== undefined && (previous.ready || previous.stale),
    };
  }

  /** Takes the segments that still fit, and starts reading the rest. */
  #plan(source: Source): void {
    const current = new Map(source.files.map((file) => [fileId(file), file]));
    const times = JSON.stringify(source.timeFields);
    const covered = new Set<string>();
    let kept: Manifest[] = [];
    for (const segment of this.#segments.values()) {
      const ids = segment.files.map(fileId);
      if (JSON.stringify(segment.timeFields) !== times || !ids.every((id) => current.has(id) && !covered.has(id)))
        continue;
      for (const id of ids) covered.add(id);
      kept.push(segment);
    }
    let missing = source.files.filter((file) => !covered.has(fileId(file)));
    if (missing.length && kept.length > 8) {
      // Many small segments make slow queries: read them together with what is new.
      const small = kept.filter((segment) => segmentBytes(segment.files) < SMALL_SEGMENT_BYTES);
      const loose = new Set(small.flatMap((segment) => segment.files.map(fileId)));
      kept = kept.filter((segment) => !small.includes(segment));
      missing = source.files.filter((file) => !covered.has(fileId(file)) || loose.has(fileId(file)));
    }
    if (missing.length === 0) {
      source.segments = kept;
      source.ready = true;
      return;
    }
    if (!source.stale) source.segments = kept;
    const building = pack(missing).map(async (files) => {
      const built = await this.#segment(source.timeFields, files);
      if (!source.stale) source.segments = [...source.segments, ...built]; // lists show how far it is
      return built;
    });
    const jobs = Promise.all(building).then((built) => {
      source.segments = [...kept, ...built.flat()];
      source.ready = true;
    });
    this.#jobs.set(source.name, jobs);
    void jobs.finally(() => this.#jobs.get(source.name) === jobs && this.#jobs.delete(source.name));
  }

  readonly #building = new Map<string, Promise<Manifest[]>>();

  #segment(timeFields: string[][], files: LogFile[]): Promise<Manifest[]> {
    const plain = files.map(
      ({ path: file, name, family, size, mtimeMs }): LogFile => ({ path: file, name, family, size, mtimeMs }),
    );
    const key = segmentKey(plain, timeFields);
    const running = this.#building.get(key);
    if (running) return running;
    const building = this.#build(key, plain, timeFields).finally(() => this.#building.delete(key));
    this.#building.set(key, building);
    return building;
  }

  /** Never rejects: when reading fails the files are tried in halves, and one that fails alone is kept as a problem without rows. */
  async #build(key: string, files: LogFile[], timeFields: string[][]): Promise<Manifest[]> {
    try {
      const { memoryMb, threads } = this.#options;
      const existing = this.#segments.get(key) ?? (await readManifest(this.cacheDir, key)); // another process may have read it
      const manifest =
        existing ??
        (await this.#pool.run('index', { key, cacheDir: this.cacheDir, files, timeFields, memoryMb, threads }));
      this.#segments.set(key, manifest);
      return [manifest];
    } catch (error) {
      log.warn({ error: errorMessage(error), files: files.map((file) => file.name).slice(0, 5) }, 'indexing failed');
      const middle = Math.ceil(files.length / 2);
      if (files.length > 1) {
        const halves = [files.slice(0, middle), files.slice(middle)].map((half) => this.#segment(timeFields, half));
        return (await Promise.all(halves)).flat();
      }
      const manifest = failedManifest(key, files, timeFields, errorMessage(error));
      this.#failed.set(key, Date.now());
      this.#segments.set(key, manifest);
      return [manifest];
    }
  }

  async #wait(sources: Source[], waitMs: number): Promise<void> {
    const jobs = sources.flatMap((source) => this.#jobs.get(source.name) ?? []);
    if (jobs.length === 0) return;
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([
      Promise.all(jobs),
      new Promise<void>((resolve) => {
        timer = setTimeout(resolve, waitMs);
      }),
    ]);
    clearTimeout(timer);
  }

  /** The cache may have been emptied behind our back: what lost its parts is read again. */
  async #checkParts(source: Source): Promise<void> {
    const lost: Manifest[] = [];
    for (const segment of source.segments) {
      const there = await Promise.all(segment.parts.map((part) => exists(path.join(this.cacheDir, part.file))));
      if (there.includes(false)) lost.push(segment);
    }
    if (lost.length === 0) return;
    for (const segment of lost) this.#segments.delete(segment.key);
    source.ready = false;
    source.stale = false;
    this.#plan(source);
  }
}

function fileId(file: { path: string; name: string; size: number; mtimeMs: number }): string {
  return JSON.stringify([file.path, file.name, file.size, file.mtimeMs]);
}

function pack(files: LogFile[]): LogFile[][] {
  const packs: LogFile[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const file of files) {
    const size = textBytes(file);
    if (bytes + size > SEGMENT_BYTES) {
      packs.push([]);
      bytes = 0;
    }
    packs.at(-1)?.push(file);
    bytes += size;
  }
  return packs;
}

const segmentBytes = (files: { name: string; size: number }[]): number =>
  files.reduce((sum, file) => sum + textBytes(file), 0);
const textBytes = (file: { name: string; size: number }): number =>
  file.size * (/\.(gz|parquet)$/i.test(file.name) ? GZIP_RATIO : 1);

const exists = (file: string): Promise<boolean> =>
  fs.access(file).then(
    () => true,
    () => false,
  );

function failedManifest(key: string, files: LogFile[], timeFields: string[][], message: string): Manifest {
  const results = files.map(({ path: file, name, size, mtimeMs }) => ({
    path: file,
    name,
    size,
    mtimeMs,
    rows: 0,
    unparsable: 0,
    problems: [{ line: null, message: `could not be indexed: ${message}` }],
  }));
  return { version: 1, key, timeFields, files: results, parts: [], fields: [], fieldsComplete: true };
}
