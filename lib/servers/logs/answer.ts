import path from 'node:path';
import { AppError, errorMessage } from '../../errors/app-error';
import { parseTime } from '../../time/time';
import type { Catalog, Source } from './catalog';
import { type CheckedSql, checkSql } from './check-sql';
import { type Gap, gapsOf, remarksOf, spanOf } from './gaps';
import type { QueryColumn } from './run-query';
import { columnsFor, hasObject, isNameable, type SourceField } from './source-fields';
import { bracketArrows, nearest } from './sql-text';
import { isoMicros } from './to-json';
import { type TimeRange, viewOf } from './views';
import { JobError, type WorkerPool } from './worker-pool';

export type Limits = { queryMs: number; indexWaitMs: number; memoryMb: number; threads: number };

export type TableAnswer = {
  columns: QueryColumn[];
  rows: unknown[][];
  rowCount: number;
  /** More rows or bytes than the caps allow: the first ones are here. */
  truncated: boolean;
  bytes: number;
  elapsedMs: number;
  from: string;
  to: string;
  /** What the reader must know to trust the answer: files left out, rows without a time, an older state. */
  notes?: string[];
  /** Why something may be there although this answer doesn't show it. */
  gaps?: Gap[];
  /** The sources queried, with what they cover. */
  sources: { name: string; rows: number; from: string | null; to: string | null }[];
};

export const MAX_ROWS = 5000;
export const MAX_BYTES = 1_000_000;

/** Answers SQL from outside: checks it, makes the views it names, runs it in a worker. */
export class Answerer {
  readonly #catalog: Catalog;
  readonly #pool: WorkerPool;
  readonly #limits: Limits;

  constructor(catalog: Catalog, pool: WorkerPool, limits: Limits) {
    this.#catalog = catalog;
    this.#pool = pool;
    this.#limits = limits;
  }

  async query(
    input: { sql: string; from: string; to: string; limit: number },
    signal: AbortSignal,
  ): Promise<TableAnswer> {
    const started = performance.now();
    const range = readRange(input.from, input.to);
    const known = await this.#catalog.refresh();
    const names = known.map((source) => source.name);
    const parse = (sql: string): Promise<unknown> => this.#pool.run('parse', { sql }, { signal, timeoutMs: 10_000 });
    const whySkipped = (name: string): string | undefined => this.#catalog.whySkipped(name);
    const checked = await checkLimited(bracketArrows(input.sql), input.limit + 1, (sql) =>
      checkSql(sql, names, parse, whySkipped),
    );
    const sources = await this.#catalog.ready(checked.sources, this.#limits.indexWaitMs);
    const job = {
      sql: checked.sql,
      maxRows: input.limit,
      maxBytes: MAX_BYTES,
      memoryMb: this.#limits.memoryMb,
      threads: this.#limits.threads,
      spillDir: path.join(this.#catalog.cacheDir, 'spill'),
    };
    try {
      const { table, others } = await this.#withOthers(sources, (others) => {
        const views = sources.map((source) =>
          this.#view(source, columnsFor(this.#catalog.fields(source), input.sql, others), range),
        );
        const setup = views.map((view) => view.sql);
        const files = views.flatMap((view) => view.files);
        return this.#pool.run('query', { ...job, setup, files }, { signal, timeoutMs: this.#limits.queryMs });
      });
      const gaps = sources.flatMap((source) => gapsOf(this.#catalog, source, range));
      const notes = [...gaps.map(({ detail }) => detail), ...this.#remarks(sources), ...this.#absent(sources, others)];
      if (table.truncated)
        gaps.push({
          kind: 'truncated',
          source: null,
          detail: `There is more than the ${table.rows.length} rows returned.`,
        });
      return {
        columns: table.columns,
        rows: table.rows,
        rowCount: table.rows.length,
        truncated: table.truncated,
        bytes: table.bytes,
        elapsedMs: Math.round(performance.now() - started),
        from: isoMicros(range.from),
        to: isoMicros(range.to),
        ...(notes.length ? { notes } : {}),
        ...(gaps.length ? { gaps } : {}),
        sources: sources.map((source) => covered(source)),
      };
    } catch (error) {
      if (error instanceof JobError) throw this.#explain(error, sources);
      throw error;
    }
  }

  #view(source: Source, columns: SourceField[], range: TimeRange): { sql: string; files: string[] } {
    const view = { name: source.name, segments: source.segments, columns, hasTime: this.#catalog.hasTime(source) };
    return viewOf({ ...view, cacheDir: this.#catalog.cacheDir }, range);
  }

  /**
   * Runs a query, and again with a column for each whole object (`requestParameters`) and each absent field (`errorCode` where nothing was
   * refused) that it turned out to name. They are not there from the start: a column of the name of a query's own alias would change what
   * it says.
   */
  async #withOthers<T>(
    sources: Source[],
    run: (others: string[]) => Promise<T>,
  ): Promise<{ table: T; others: string[] }> {
    const others: string[] = [];
    for (;;) {
      try {
        return { table: await run(others), others };
      } catch (error) {
        const missing = error instanceof JobError ? missingColumn(errorMessage(error)) : null;
        const isKnown = missing !== null && sources.some((source) => isNameable(this.#catalog.fields(source), missing));
        if (!isKnown || others.includes(missing) || others.length === MAX_OTHERS) throw error;
        others.push(missing);
      }
    }
  }

  /** What the answer shows as NULL because no event has it. */
  #absent(sources: Source[], others: string[]): string[] {
    return sources.flatMap((source) => {
      const fields = this.#catalog.fields(source);
      const names = others.filter((name) => isNameable(fields, name) && !hasObject(fields, name));
      return names.map((name) => `${source.name}: no event of the whole source has "${name}": it is NULL in each row.`);
    });
  }

  #remarks(sources: Source[]): string[] {
    return sources.flatMap((source) => [
      ...(this.#catalog.hasTime(source)
        ? []
        : [`${source.name} has no time column: the time range was not applied to it.`]),
      ...remarksOf(this.#catalog, source).map((remark) => `${source.name}: ${remark}`),
    ]);
  }

  /** DuckDB's message, with what a writer of SQL needs to correct it. */
  #explain(error: JobError, sources: Source[]): AppError {
    const message = withoutPaths(errorMessage(error), this.#catalog.cacheDir);
    const missing = missingColumn(message);
    if (missing) return this.#unknownColumn(missing, sources, message);
    if (/out of memory|failed to allocate|could not allocate|max_temp_directory_size/i.test(message)) {
      return new AppError(
        'unprocessable',
        'The query needs more memory than it may use. Narrow the time range, select fewer columns, or aggregate before sorting or joining.',
      );
    }
    const [first = '', ...rest] = message.split('\n').filter((line) => line.trim());
    return new AppError('bad_request', [`The query failed: ${first}`, ...rest.slice(0, 4)].join('\n').slice(0, 1200));
  }

  #unknownColumn(missing: string, sources: Source[], message: string): AppError {
    const parts = sources.map((source) => {
      const fields = this.#catalog.fields(source);
      const columns = nearest(missing, [
        '_time',
        'raw',
        '_file',
        '_line',
        ...fields.columns.map((column) => column.name),
      ]);
      const rare = nearest(
        missing,
        fields.rare.map((field) => field.text),
        3,
      );
      const raw = rare.length
        ? ` Rare fields are in raw: ${rare.map((text) => `raw->>'${text.replaceAll("'", "''")}'`).join(', ')}.`
        : '';
      return `${source.name}: ${columns.map((name) => `"${name}"`).join(', ') || `nothing like it, so no event of it has that field${raw ? '' : ': leave it out'}`}.${raw}`;
    });
    const hint = /not found in FROM clause/i.test(message) || parts.length ? '' : ` ${message}`;
    return new AppError(
      'bad_request',
      `There is no column "${missing}". Nearest in ${parts.join(' ')} Dotted names need double quotes ("a.b"); describe_source lists all.${hint}`,
    );
  }
}

/** Whole objects and absent fields that one query may name. */
const MAX_OTHERS = 8;

/** The column that DuckDB didn't find, or null where its message is about something else. */
function missingColumn(message: string): string | null {
  const found =
    /Referenced (?:column|table) "([^"]+)" not found|column named "([^"]+)"|does not have a column named "([^"]+)"/i.exec(
      message,
    );
  return found?.[1] ?? found?.[2] ?? found?.[3] ?? null;
}

function covered(source: Source): TableAnswer['sources'][number] {
  const { from, to, rows } = spanOf(source);
  return {
    name: source.name,
    rows,
    from: from === null ? null : isoMicros(from),
    to: to === null ? null : isoMicros(to),
  };
}

/** The range of a request, both ends included. @throws AppError that says which end is wrong. */
export function readRange(from: string, to: string): TimeRange {
  const [start, end] = [readIso('from', from), readIso('to', to)];
  if (start > end) throw new AppError('bad_request', `from (${from}) is after to (${to}).`);
  return { from: start, to: end };
}

function readIso(name: string, text: string): number {
  const date = /^\d{4}-\d{2}-\d{2}/.test(text.trim()) ? parseTime(text) : undefined;
  if (!date)
    throw new AppError(
      'bad_request',
      `${name} must be an ISO 8601 time such as 2023-07-10T11:00:00Z, not "${text.slice(0, 60)}".`,
    );
  // A time to the second or millisecond means all of it at the end of a range.
  const precision =
    name !== 'to'
      ? 0
      : /\.\d{1,3}(Z|$|[+-])/.test(text)
        ? 999
        : /T\d{2}:\d{2}:\d{2}(Z|$|[+-])/.test(text)
          ? 999_999
          : 0;
  return date.getTime() * 1000 + precision;
}

/**
 * The text inside a LIMIT, so that a sort keeps only the rows that will be shown: what runs is what was checked, with one parse
 * for most texts. A text that can't be wrapped (a comment after the last semicolon) is checked and run as it is and cut while reading.
 */
async function checkLimited(
  sql: string,
  rows: number,
  check: (sql: string) => Promise<CheckedSql>,
): Promise<CheckedSql & { sql: string }> {
  const wrapped = `SELECT * FROM (\n${sql.trim().replace(/;+\s*$/, '')}\n) LIMIT ${rows}`;
  try {
    return { ...(await check(wrapped)), sql: wrapped };
  } catch {
    return { ...(await check(sql)), sql };
  }
}

function withoutPaths(message: string, cacheDir: string): string {
  return message.replaceAll(cacheDir, '').replace(/\/?[0-9a-f]{40}\.\d+\.parquet/g, 'the index');
}
