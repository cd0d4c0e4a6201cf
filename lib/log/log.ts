import pino from 'pino';
import { env } from '../env/env';

const SECRET_KEYS = ['authorization', 'cookie', 'password', 'token', 'apiKey', 'api_key', 'secret', 'key'];

/** stderr, so that a stdio MCP server's stdout stays protocol only. */
export const log = pino(
  {
    level: env().LOG_LEVEL,
    base: undefined,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: SECRET_KEYS.flatMap((key) => [key, `*.${key}`]), censor: '[redacted]' },
  },
  pino.destination({ fd: 2, sync: true }),
);
