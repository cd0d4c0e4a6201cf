import fs from 'node:fs';
import { env } from '../env/env';
import { AppError } from '../errors/app-error';

/** SQLSTATE classes for connection lost (08), no resources (53), shutting down (57P); Prisma's codes for the same. */
const CODES = /^(08\w{3}|53\w{3}|57P\d\d|P1001|P1002|P1017|P2024)$/;
/** The driver's words: of a socket that refuses or is not there, and, without a code, of a connection cut under a query. */
const WORDS = /\bconnect (ECONN\w+|ENOENT|ETIMEDOUT)|Connection terminated|Server has closed the connection/;
/** PostgreSQL's disk_full, and the file system's words for the same. */
const DISK_FULL = /^(53100|ENOSPC|EDQUOT)$/;
/** Less than PostgreSQL needs to write its next log segment. */
const NO_SPACE_BYTES = 16_000_000;
const MAX_CAUSES = 6;

/**
 * The refusal for an error that says the database can't be reached or can't write, or that a disk is full; else undefined.
 * Nothing is wrong with the request then; whoever sent it is to try again, and `message` says so.
 */
export function databaseUnavailable(
  error: unknown,
  message = 'The database can’t be reached now. Nothing was changed; try again in a minute.',
): AppError | undefined {
  if (!(error instanceof Error) || error instanceof AppError) return undefined;
  const codes = codesOf(error);
  const gone = codes.some((code) => CODES.test(code)) || WORDS.test(error.message);
  if (codes.some((code) => DISK_FULL.test(code)) || (gone && isDiskFull())) {
    const full = 'The server’s disk is full. Nothing was changed. Ask an admin to free space, then try again.';
    return new AppError('insufficient_storage', full, { cause: error, logMessage: error.message });
  }
  return gone ? new AppError('database_unavailable', message, { cause: error, logMessage: error.message }) : undefined;
}

/** The error's codes and those of what caused it: Prisma keeps the database's own a few levels down. */
function codesOf(error: Error): string[] {
  const codes: string[] = [];
  let at: unknown = error;
  for (let level = 0; level < MAX_CAUSES && typeof at === 'object' && at !== null; level += 1) {
    const { code, originalCode, cause, meta } = at as Record<string, unknown>;
    for (const one of [code, originalCode]) if (typeof one === 'string') codes.push(one);
    at = cause ?? (meta as { driverAdapterError?: unknown } | undefined)?.driverAdapterError;
  }
  return codes;
}

/** A database that ran out of space restarts, and says only that it is away. */
function isDiskFull(): boolean {
  try {
    const { bavail, bsize } = fs.statfsSync(env().DATA_DIR);
    return bavail * bsize < NO_SPACE_BYTES;
  } catch {
    return false;
  }
}
