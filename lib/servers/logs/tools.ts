import { type CallToolResult, McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { AppError, errorMessage } from '../../errors/app-error';
import { log } from '../../log/log';
import { type Answerer, MAX_ROWS } from './answer';
import type { Catalog, Source } from './catalog';
import { countSql } from './count-by';
import { remarksOf, skippedOf, spanOf } from './gaps';
import { isoMicros } from './to-json';

const LIST_WAIT_MS = 20_000;
const MAX_SKIPPED = 200;

const time = (which: string) =>
  z.string().describe(`${which} of the time range, ISO 8601 UTC, included: 2023-07-10T11:00:00Z`);
const limit = z
  .number()
  .int()
  .min(1)
  .max(MAX_ROWS)
  .default(200)
  .describe(`Rows at most (default 200, up to ${MAX_ROWS})`);

const LIST_SOURCES = {
  description:
    'Lists the log sources: name (the table name in SQL), rows, time column, first and last time, unreadable lines, rows without a time (`untimed`), notes. It comes before any query, unless you were given its answer. ' +
    '`skipped` lists files that no query can see, with the reason: they may hold events, so an absence is not certain while there are any. ' +
    '`ignored` lists what holds no events: empty and hidden files, documents. ' +
    '`indexing` is present while files are still being read: the numbers are then of what is read so far. Example: {}',
  inputSchema: z.strictObject({}),
  annotations: { readOnlyHint: true, openWorldHint: false },
};

const DESCRIBE_SOURCE = {
  description:
    'The fields of one source: name (the column name; dotted names must be double-quoted in SQL), type, share of events that have it, sample values. ' +
    "`rare` lists fields too rare for a column, reached as raw->>'$.a.b'. Every source also has _time, raw (the whole event, JSON), _file, _line. " +
    'Example: {"source": "cloudtrail"}',
  inputSchema: z.strictObject({ source: z.string().describe('A name from list_sources') }),
  annotations: { readOnlyHint: true, openWorldHint: false },
};

const QUERY = {
  description:
    'Runs one read-only SELECT (DuckDB SQL) over the sources within a time range. Each source is a table, already limited to the range; it has no need of a time filter. ' +
    "Columns are dotted paths in double quotes (\"userIdentity.arn\"), plus _time, raw, _file, _line; rare or nested values and whole objects by name, by raw->>'$.a.b' or raw->'$.list[0].x'. " +
    `Joins, WITH, aggregates, window functions and unnest work. At most 200 rows unless limit says more (${MAX_ROWS}), 1 MB, 30 s; truncated says when there was more: aggregate instead. ` +
    'Example: {"sql": "SELECT _time, eventName, \\"userIdentity.arn\\", errorCode FROM cloudtrail WHERE sourceIPAddress = \'192.0.2.1\' ORDER BY _time", "from": "2023-07-10T11:00:00Z", "to": "2023-07-10T13:00:00Z"}',
  inputSchema: z.strictObject({ sql: z.string().min(1), from: time('Start'), to: time('End'), limit }),
  annotations: { readOnlyHint: true, openWorldHint: false },
};

const COUNT_BY = {
  description:
    'Counts the events of a source by the values of one field (rare fields too), most frequent first, with first and last time; with interval also per minute, hour or day, in time order. ' +
    '`where` is an SQL condition. Columns: value[, bucket], count, first, last. ' +
    'Example: {"source": "cloudtrail", "field": "eventName", "where": "errorCode IS NOT NULL", "from": "2023-07-10T00:00:00Z", "to": "2023-07-11T00:00:00Z", "interval": "hour"}',
  inputSchema: z.strictObject({
    source: z.string(),
    field: z.string().describe('A column name or dotted path, without quotes'),
    from: time('Start'),
    to: time('End'),
    where: z.string().optional().describe('SQL condition on the same columns'),
    interval: z.enum(['minute', 'hour', 'day']).optional(),
    limit,
  }),
  annotations: { readOnlyHint: true, openWorldHint: false },
};

/** The four tools. Every answer is structured content and the same as JSON text; every mistake is told in words. */
export function createServer(catalog: Catalog, answerer: Answerer, indexWaitMs: number): McpServer {
  const server = new McpServer({ name: 'logs', version: '1.0.0' });

  server.registerTool('list_sources', LIST_SOURCES, () => answer(() => listSources(catalog)));

  server.registerTool('describe_source', DESCRIBE_SOURCE, ({ source }) =>
    answer(() => describeSource(catalog, source, indexWaitMs)),
  );

  server.registerTool('query', QUERY, (input, { mcpReq }) => answer(async () => answerer.query(input, mcpReq.signal)));

  server.registerTool('count_by', COUNT_BY, (input, { mcpReq }) =>
    answer(async () => {
      const [source] = await catalog.ready([input.source], indexWaitMs);
      if (!source) throw new AppError('not_found', `There is no source ${input.source}.`);
      const sql = countSql({ ...input, source: source.name }, catalog.fields(source));
      return answerer.query({ sql, from: input.from, to: input.to, limit: input.limit }, mcpReq.signal);
    }),
  );
  return server;
}

async function listSources(catalog: Catalog) {
  await catalog.refresh();
  await catalog.settle(LIST_WAIT_MS);
  const sources = await catalog.refresh();
  const skipped = catalog.skipped.filter(({ gap }) => gap).map(({ file, reason }) => ({ file, reason }));
  const ignored = ignoredFiles(catalog);
  const pending = sources.filter((source) => !source.ready);
  return {
    sources: sources.map((source) => summary(catalog, source)),
    ...(pending.length
      ? { indexing: pending.map((source) => ({ source: source.name, ...catalog.progress(source) })) }
      : {}),
    ...(ignored ? { ignored } : {}),
    ...(skipped.length ? { skipped: skipped.slice(0, MAX_SKIPPED), skippedCount: skipped.length } : {}),
  };
}

/** Files that hold no events, by the reason why they aren't read. */
function ignoredFiles(catalog: Catalog): Record<string, string[]> | null {
  const byReason: Record<string, string[]> = {};
  for (const { file, reason, gap, of } of catalog.skipped) {
    if (gap) continue;
    byReason[reason] ??= [];
    if (byReason[reason].length < MAX_SKIPPED) byReason[reason].push(of ? `${file} (of ${of})` : file);
  }
  return Object.keys(byReason).length ? byReason : null;
}

function summary(catalog: Catalog, source: Source) {
  const results = catalog.results(source);
  const { from, to, rows, untimed } = spanOf(source);
  const problems = results
    .flatMap((file) => file.problems.map((problem) => ({ file: file.name, ...problem })))
    .slice(0, 5);
  const formats = [...new Set(source.files.map((file) => file.peek.format.id))].sort();
  const notes = remarksOf(catalog, source);
  const skipped = skippedOf(source, catalog.skipped);
  return {
    name: source.name,
    files: source.files.length,
    format: formats.join(', '),
    rows,
    bytes: source.files.reduce((sum, file) => sum + file.size, 0),
    timeField: source.timeField,
    from: from === null ? null : isoMicros(from),
    to: to === null ? null : isoMicros(to),
    unparsable: results.reduce((sum, file) => sum + file.unparsable, 0),
    fields: catalog.fields(source).columns.length,
    ...(untimed && from !== null ? { untimed } : {}),
    ...(notes.length ? { notes } : {}),
    ...(problems.length ? { problems } : {}),
    ...(skipped.length ? { skippedFiles: skipped.length } : {}),
  };
}

async function describeSource(catalog: Catalog, name: string, indexWaitMs: number) {
  const [source] = await catalog.ready([name], indexWaitMs);
  if (!source) throw new AppError('not_found', `There is no source ${name}.`);
  const { columns, rare } = catalog.fields(source);
  return {
    source: source.name,
    timeField: source.timeField,
    fields: columns.map(({ name: field, type, filled, samples }) => ({
      name: field,
      type,
      filled: Math.round(filled * 1000) / 1000,
      samples,
    })),
    rare: rare.slice(0, 200).map(({ text, count, sample }) => ({ path: text, count, sample })),
    ...(rare.length > 200 ? { rareCount: rare.length } : {}),
  };
}

async function answer(work: () => Promise<Record<string, unknown>>): Promise<CallToolResult> {
  try {
    const structuredContent = await work();
    return { structuredContent, content: [{ type: 'text', text: JSON.stringify(structuredContent) }] };
  } catch (error) {
    if (!(error instanceof AppError)) log.error({ error: errorMessage(error) }, 'a tool of the log server failed');
    const text = error instanceof AppError ? error.userMessage : `The log server failed: ${errorMessage(error)}`;
    return { isError: true, content: [{ type: 'text', text }] };
  }
}
