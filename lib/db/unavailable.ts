import { AppError } from '../errors/app-error';

/** SQLSTATE classes for connection lost (08), no resources (53), shutting down (57P); Prisma's codes for the same. */
const CODES = /^(08\w{3}|53\w{3}|57P\d\d|P1001|P1002|P1017|P2024)$/;
/** The driver's words: of a socket that refuses or is not there, and, without a code, of a connection cut under a query. */
const WORDS = /\bconnect (ECONN\w+|ENOENT|ETIMEDOUT)|Connection terminated|Server has closed the connection/;

/**
 * The refusal for an error of the driver or of Prisma that says the database can't be reached or can't write, else
 * undefined. Nothing is wrong with the request then; whoever sent it is to try again, and `message` says so.
 */
export function databaseUnavailable(
  error: unknown,
  message = 'The database can’t be reached now. Nothing was changed; try again in a minute.',
): AppError | undefined {
  if (!(error instanceof Error) || error instanceof AppError) return undefined;
  const { code } = error as { code?: unknown };
  const gone = (typeof code === 'string' && CODES.test(code)) || WORDS.test(error.message);
  return gone ? new AppError('database_unavailable', message, { cause: error, logMessage: error.message }) : undefined;
}
