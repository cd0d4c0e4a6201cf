import fs from 'node:fs/promises';
import path from 'node:path';
import { AppError, errorMessage } from '../../errors/app-error';
import { log } from '../../log/log';
import { unknownSource } from './check-sql';
import { skippedFor } from './gaps';
import { groupSources, type PeekedFile, type SourceGroup } from './group-sources';
import {
  dropStale,
  type FileResult,
  fileId,
  type Manifest,
  readManifest,
  readManifests,
  segmentKey,
  VERSION,
} from './manifest';
import { Peeks } from './peeks';
import { type LogFile, type Skipped, scanFiles } from './scan-files';
import { type SourceFields, sourceFields } from './source-fields';
import { chooseTimeFields, type TimeField, timeFieldName } from './time-field';
import type { WorkerPool } from './worker-pool';

export type CatalogOptions = { roots: string[]; cacheDir: string; memoryMb: number; threads: number };

export type Source = {
  name: string;
  files: PeekedFile[];
  /** The files as they are read: a large one in pieces. */
  pieces: LogFile[];
  /** Where records have their time, unless their format says it. */
  timeFields: TimeField[];
  /** The time field as it is shown; null when no record seems to have a time. */
  timeField: string | null;
  /** What queries read: segments of the files as they are, or as they last were while new ones are being read. */
  segments: Manifest[];
  /** All files, as they are now, are in `segments`. */
  ready: boolean;
  /** Not ready, but `segments` hold the complete earlier state: good for an answer with a note. */
  stale: boolean;
};

/** Bytes of text (guessed for gzip) that one segment takes together. */
const SEGMENT_BYTES = 48 * 1024 * 1024;
const SMALL_SEGMENT_BYTES = 24 * 1024 * 1024;
const GZIP_RATIO = 10;
/** Between two looks at the folders; where a look takes long, ten times as long as it took. */
const RESCAN_MS = 250;
const MAX_RESCAN_MS = 30_000;
/** With an earlier state at hand, how long to wait for the newer one. */
const STALE_WAIT_MS = 15_000;
const RETRY_MS = 60_000;

/** The sources below the roots, kept up to date: looks again before each use, and reads what is new or changed. */
export class Catalog {
  readonly cacheDir: string;
  readonly #options: CatalogOptions;
  readonly #pool: WorkerPool;
  readonly #peeks: Peeks;
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
    this.#peeks = new Peeks(pool);
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
          this.whySkipped(name),
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

  /** Why there is no source of this name, when a skipped file would have been it. */
  whySkipped(name: string): string | undefined {
    const found = skippedFor(name, this.#skipped);
    return found && `${found.file} was skipped because it is ${reasonClause(found.reason)}`;
  }

  /** Whether any row of the source has a time. */
  hasTime(source: Source): boolean {
    return source.timeField !== null || source.segments.some(({ parts }) => parts.some(({ from }) => from !== null));
  }

  progress(source: Source): { done: number; total: number } {
    const read = new Set(source.segments.flatMap((segment) => segment.files.map(fileId)));
    const done = source.files.filter((file) => piecesOf(file).every((piece) => read.has(fileId(piece))));
    return { done: done.length, total: source.files.length };
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
    const current = new Set(source.pieces.map(fileId));
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
    const peeked = await this.#peeks.of(files, skipped);
    const previous = this.#sources;
    const sources = new Map<string, Source>();
    for (const group of groupSources(peeked)) sources.set(group.name, this.#sourceOf(group, previous.get(group.name)));
    this.#sources = sources;
    this.#skipped = skipped;
    this.#scanned = Date.now();
    for (const source of sources.values()) this.#plan(source);
  }

  #sourceOf(group: SourceGroup, previous: Source | undefined): Source {
    const times = group.files.slice(0, 100).map((file) => ({ records: file.peek.records, times: file.peek.times }));
    const timeFields = chooseTimeFields(times);
    const ownTime = group.files.find((file) => file.peek.format.timeField)?.peek.format.timeField;
    return {
      name: group.name,
      files: group.files,
      pieces: group.files.flatMap(piecesOf),
      timeFields,
      timeField: ownTime ?? (timeFields[0] ? timeFieldName(timeFields[0]) : null),
      segments: previous?.segments ?? [],
      ready: false,
      stale: previous !== undefined && (previous.ready || previous.stale),
    };
  }

  /** Takes the segments that still fit, and starts reading the rest. */
  #plan(source: Source): void {
    const current = new Set(source.pieces.map(fileId));
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
    let missing = source.pieces.filter((file) => !covered.has(fileId(file)));
    if (missing.length && kept.length > 8) {
      // Many small segments make slow queries: read them together with what is new.
      const small = kept.filter((segment) => segmentBytes(segment.files) < SMALL_SEGMENT_BYTES);
      const loose = new Set(small.flatMap((segment) => segment.files.map(fileId)));
      kept = kept.filter((segment) => !small.includes(segment));
      missing = source.pieces.filter((file) => !covered.has(fileId(file)) || loose.has(fileId(file)));
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

  #segment(timeFields: TimeField[], files: LogFile[]): Promise<Manifest[]> {
    // A piece without its range would be the whole file, once for each of its pieces.
    const plain = files.map(
      ({ path: file, name, size, mtimeMs, range }): LogFile => ({
        path: file,
        name,
        size,
        mtimeMs,
        ...(range ? { range } : {}),
      }),
    );
    const key = segmentKey(plain, timeFields);
    const running = this.#building.get(key);
    if (running) return running;
    const building = this.#build(key, plain, timeFields).finally(() => this.#building.delete(key));
    this.#building.set(key, building);
    return building;
  }

  /** Never rejects: when reading fails the files are tried in halves, and one that fails alone is kept as a problem without rows. */
  async #build(key: string, files: LogFile[], timeFields: TimeField[]): Promise<Manifest[]> {
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

/** The file in its pieces, without what was seen in it. */
function piecesOf({ path: file, name, size, mtimeMs, peek }: PeekedFile): LogFile[] {
  const whole = { path: file, name, size, mtimeMs };
  return peek.ranges?.map((range) => ({ ...whole, range })) ?? [whole];
}

const segmentBytes = (files: LogFile[]): number => files.reduce((sum, file) => sum + textBytes(file), 0);
const textBytes = ({ name, size, range }: LogFile): number =>
  range ? range.to - range.from : size * (/\.(gz|zst|bz2|parquet)$/i.test(name) ? GZIP_RATIO : 1);

const exists = (file: string): Promise<boolean> =>
  fs.access(file).then(
    () => true,
    () => false,
  );

function failedManifest(key: string, files: LogFile[], timeFields: TimeField[], message: string): Manifest {
  const results = files.map(({ path: file, name, size, mtimeMs, range }) => ({
    path: file,
    ...(range ? { range } : {}),
    name,
    size,
    mtimeMs,
    rows: 0,
    unparsable: 0,
    notes: {},
    problems: [{ line: null, message: `could not be indexed: ${message}` }],
  }));
  return { version: VERSION, key, timeFields, files: results, parts: [], fields: [], fieldsComplete: true };
}

/** A skipping reason behind "because it is". */
const reasonClause = (reason: string): string =>
  /^(a|an|not|hidden|empty|compressed)\b/.test(reason) ? reason : `unreadable (${reason})`;
