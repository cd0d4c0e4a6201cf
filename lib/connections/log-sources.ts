import { z } from 'zod';
import { type Actor, authorize } from '../auth/guard';
import { AppError } from '../errors/app-error';
import { log } from '../log/log';
import { maskSecretsIn } from '../secrets/mask-secrets';
import { logsServer } from './servers';

const LogSource = z.object({
  /** The table's name in SQL. */
  name: z.string(),
  files: z.number(),
  format: z.string(),
  rows: z.number(),
  bytes: z.number(),
  /** Where the time is read from; null: no row has one. */
  timeField: z.string().nullable(),
  /** First and last time, ISO 8601. */
  from: z.string().nullable(),
  to: z.string().nullable(),
  /** Lines that could not be read. */
  unparsable: z.number(),
  /** Number of columns. */
  fields: z.number(),
  /** Rows without a time; they are in every time range. */
  untimed: z.number().optional(),
  notes: z.array(z.string()).optional(),
  problems: z.array(z.object({ file: z.string(), line: z.number().nullable(), message: z.string() })).optional(),
  /** Files that by folder and name belong to this source and were skipped. */
  skippedFiles: z.number().optional(),
});

export const LogSources = z.object({
  sources: z.array(LogSource),
  /** Sources whose files are still being read; their numbers are of what is read so far. */
  indexing: z.array(z.object({ source: z.string(), done: z.number(), total: z.number() })).optional(),
  /** Files that no query can see although they may hold events. */
  skipped: z.array(z.object({ file: z.string(), reason: z.string() })).optional(),
  skippedCount: z.number().optional(),
  /** Files that hold no events, by reason. */
  ignored: z.record(z.string(), z.array(z.string())).optional(),
});
export type LogSources = z.infer<typeof LogSources>;

export const LogFields = z.object({
  source: z.string(),
  timeField: z.string().nullable(),
  fields: z.array(z.object({ name: z.string(), type: z.string(), filled: z.number(), samples: z.array(z.string()) })),
  rare: z.array(z.object({ path: z.string(), count: z.number(), sample: z.string().nullable() })),
  rareCount: z.number().optional(),
});
export type LogFields = z.infer<typeof LogFields>;

/** What the logs server can search, and what it can't. @throws AppError unavailable when it can't be started. */
export async function listLogSources(actor: Actor): Promise<LogSources> {
  authorize(actor, 'settings.read');
  return LogSources.parse(await ask('list_sources', {}));
}

/** Has the log files read before somebody waits for it: the first investigation, or the page of log sources. Says nothing and never throws. */
export async function readLogsAhead(): Promise<void> {
  await ask('list_sources', {}).catch((error) => log.warn({ err: error }, 'the logs could not be read ahead'));
}

/** The fields of one log source. @throws AppError not_found */
export async function describeLogSource(actor: Actor, name: string): Promise<LogFields> {
  authorize(actor, 'settings.read');
  return LogFields.parse(maskSecretsIn(await ask('describe_source', { source: name })));
}

/** One SELECT over the log sources. Times ISO 8601 UTC, both included. */
export const LogQuery = z.strictObject({
  sql: z.string().trim().min(1, 'Enter a query.').max(100_000),
  from: z.iso.datetime({ offset: true }),
  to: z.iso.datetime({ offset: true }),
  limit: z.number().int().min(1).max(1000).default(200),
});

/** The server says more beside these (range, gaps). */
export const LogRows = z.looseObject({
  columns: z.array(z.unknown()),
  rows: z.array(z.array(z.unknown())),
  truncated: z.boolean(),
});

/** Rows of the logs, secrets masked. Nothing is recorded: a report can't cite it. @throws AppError bad_request with what is wrong with the query */
export async function queryLogs(actor: Actor, input: z.infer<typeof LogQuery>): Promise<z.infer<typeof LogRows>> {
  authorize(actor, 'logs.search');
  return LogRows.parse(maskSecretsIn(await ask('query', input, 'bad_request')));
}

async function ask(
  tool: string,
  args: Record<string, unknown>,
  refusal: 'unavailable' | 'bad_request' = 'unavailable',
): Promise<unknown> {
  const { client } = await logsServer();
  const answer = await client.callTool({ name: tool, arguments: args }, { timeout: 60_000 });
  if (!answer.isError) return answer.structuredContent;
  const message = (answer.content as { text?: string }[])[0]?.text ?? 'The log server gave no reason.'; // tools answer with text
  throw new AppError(/no source named/.test(message) ? 'not_found' : refusal, message);
}
