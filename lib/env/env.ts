import path from 'node:path';
import { z } from 'zod';
import { parseNetworks } from './networks';

const optionalText = z
  .string()
  .trim()
  .optional()
  .transform((text) => (text === '' ? undefined : text));

const Env = z.object({
  PORT: z.coerce.number().int().min(0).max(65535).default(3000),
  HOST: z.string().default('127.0.0.1'),
  /** The address people type. When set, requests for any other host are refused. */
  PUBLIC_URL: z.url().optional(),
  /** Addresses and networks (CIDR) of proxies whose X-Forwarded-… headers are believed, separated by commas. */
  TRUSTED_PROXIES: optionalText.superRefine((text, context) => {
    for (const word of parseNetworks(text ?? '').invalid)
      context.addIssue({ code: 'custom', message: `"${word}" is not an address or a network (10.0.0.0/8).` });
  }),
  DATA_DIR: z.string().default('./data'),
  DATABASE_URL: optionalText,
  ANTHROPIC_API_KEY: optionalText,
  ANTHROPIC_BASE_URL: z.url().optional(),
  SOCDOWN_MODEL: z.string().default('claude-sonnet-5-5'),
  LOGS_DIR: optionalText,
  /** Encrypts the secrets of connections; without it a key file below DATA_DIR does. */
  SOCDOWN_SECRET_KEY: z.string().trim().min(16, 'At least 16 characters.').optional(),
  STORE_REMOTE: optionalText,
  /** `off`: an upgrade makes no backup before it changes the database. */
  BACKUP_BEFORE_UPGRADE: z.enum(['on', 'off']).default('on'),
  /** With it a collector reads /api/metrics without an account. */
  METRICS_TOKEN: z.string().trim().min(16, 'At least 16 characters.').optional(),
  /** Traces are sent when one of the two is set; the OpenTelemetry SDK reads these and its other variables by itself. */
  OTEL_EXPORTER_OTLP_ENDPOINT: optionalText,
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: optionalText,
  OTEL_EXPORTER_OTLP_HEADERS: optionalText,
  OTEL_EXPORTER_OTLP_TRACES_HEADERS: optionalText,
  OTEL_SDK_DISABLED: optionalText,
  OTEL_TRACES_EXPORTER: optionalText,
  SOCDOWN_ROLE: z.enum(['all', 'web', 'worker']).default('all'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
});

/** Variables that are ours: nothing else may be given their values. */
export const ENV_NAMES: string[] = Object.keys(Env.shape);

export type Env = Readonly<z.infer<typeof Env>>;

let parsed: Env | undefined;

/**
 * The settings of DESIGN, parsed once.
 * @throws Error that names each wrong variable and what it should be.
 */
export function env(): Env {
  parsed ??= parseEnv(process.env);
  return parsed;
}

export function parseEnv(source: NodeJS.ProcessEnv): Env {
  const blanksDropped = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ''));
  const result = Env.safeParse(blanksDropped);
  if (!result.success) {
    const lines = result.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
    throw new Error(`The environment is not usable:\n${lines.join('\n')}`);
  }
  return { ...result.data, DATA_DIR: path.resolve(result.data.DATA_DIR) };
}

/** Tests only: other settings for this process from now on. */
export function overrideEnv(patch: Partial<Env>): void {
  parsed = { ...env(), ...patch };
}
