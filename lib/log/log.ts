import { format } from 'node:util';
import pino, { type DestinationStream, type Logger } from 'pino';
import { env } from '../env/env';
import { createBudget, type Limits } from './budget';
import { sanitize, sanitizeText } from './sanitize';

/** Per level. About 40 MB a day at the very most, whatever callers send. */
const LIMITS: Limits = { windowMs: 60_000, lines: 300, bytes: 300_000, linesPerMessage: 60 };

/**
 * A logger that writes one JSON line per call: without secrets, without characters that forge lines, bounded in length and
 * in number. The one way to write a log line; nothing about the caller's values has to be cleaned before.
 */
export function createLog(destination: DestinationStream, level: string, limits = LIMITS): Logger {
  const budget = createBudget(limits);
  const logger = pino(
    {
      level,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: (value: unknown) => value }, // a plain object by then
      hooks: {
        logMethod(args, method, levelNumber) {
          const name = logger.levels.labels[levelNumber] ?? 'info';
          if (budget.isSpent(name)) return;
          const [first, ...rest] = args as unknown[];
          const isObject = typeof first === 'object' && first !== null;
          const fields = isObject ? (sanitize(first instanceof Error ? { err: first } : first) as object) : {};
          const message = sanitizeText(isObject ? (rest.length > 0 ? format(...rest) : '') : format(...args));
          const line = { ...fields, ...(message ? { msg: message } : {}) };
          const { allowed, suppressed } = budget.take(name, message.slice(0, 60), JSON.stringify(line).length);
          if (suppressed > 0)
            method.apply(this, [{ msg: `${suppressed} lines of this level were left out: too many in a minute` }]);
          if (allowed) method.apply(this, [line]);
        },
      },
    },
    destination,
  );
  return logger;
}

/** stderr, so that a stdio MCP server's stdout stays protocol only. */
export const log = createLog(pino.destination({ fd: 2, sync: true }), env().LOG_LEVEL);

/** Sends what libraries print (the framework's request errors, a plugin's warnings) through the log. */
export function captureConsole(): void {
  // The framework tells its own progress with console.log: nobody needs it in an ordinary log.
  const to = { log: 'debug', info: 'info', warn: 'warn', error: 'error', debug: 'debug', trace: 'debug' } as const;
  for (const [method, level] of Object.entries(to)) {
    console[method as keyof typeof to] = (...args: unknown[]) => {
      const error = args.find((arg) => arg instanceof Error);
      log[level](
        { source: 'console', ...(error ? { err: error } : {}) },
        '%s',
        format(...args.filter((arg) => arg !== error)),
      );
    };
  }
}
