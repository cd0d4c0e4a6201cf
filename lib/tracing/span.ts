import { AsyncLocalStorage } from 'node:async_hooks';
import { env } from '../env/env';
import { AppError } from '../errors/app-error';
import type { OpenSpan, Tracing } from './sdk';

export type SpanName = 'request' | 'run' | 'model call' | 'tool call' | 'query' | 'publication';

/** Everything that a span may say. Ids, names and numbers of ours: no text that came from outside. */
export type SpanAttributes = Partial<{
  'http.request.method': string | undefined;
  'http.response.status_code': number | undefined;
  /** The permission that a route takes. */
  'socdown.verb': string | undefined;
  'socdown.run.id': string | undefined;
  'socdown.run.kind': string | undefined;
  'socdown.run.outcome': string | undefined;
  'gen_ai.request.model': string | undefined;
  'gen_ai.usage.input_tokens': number | undefined;
  'gen_ai.usage.output_tokens': number | undefined;
  'socdown.tool.server': string | undefined;
  'socdown.tool.name': string | undefined;
  'socdown.tool.rows': number | undefined;
  'socdown.tool.ok': boolean | undefined;
  'db.system.name': string | undefined;
  'db.operation.name': string | undefined;
  'db.collection.name': string | undefined;
  'socdown.publication.kind': string | undefined;
  'socdown.publication.commits': number | undefined;
}>;

export type Span = { set(attributes: SpanAttributes): void };
const SILENT: Span = { set: () => {} };

/** Next loads modules more than once: all of them use one tracer. */
const everywhere = globalThis as unknown as {
  socdownTracing?: { current: AsyncLocalStorage<OpenSpan>; tracing?: Promise<Tracing | null> };
};
const state = () => {
  everywhere.socdownTracing ??= { current: new AsyncLocalStorage() };
  return everywhere.socdownTracing;
};

/** Whether spans are sent anywhere. */
function isTracing(): boolean {
  const { OTEL_SDK_DISABLED, OTEL_TRACES_EXPORTER, OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT } =
    env();
  if (OTEL_SDK_DISABLED === 'true' || OTEL_TRACES_EXPORTER === 'none') return false;
  return Boolean(OTEL_EXPORTER_OTLP_ENDPOINT || OTEL_EXPORTER_OTLP_TRACES_ENDPOINT);
}

/**
 * Runs something inside a span of what it runs in. An error is noted by its kind, never by its message.
 * @throws what `run` throws, and nothing of its own
 */
export async function withSpan<T>(
  name: SpanName,
  attributes: SpanAttributes,
  run: (span: Span) => Promise<T>,
): Promise<T> {
  const tracing = isTracing() ? await start() : null;
  if (!tracing) return run(SILENT);
  const { current } = state();
  const span = tracing.open(name, current.getStore());
  span.set(clean(attributes));
  try {
    return await current.run(span, () => run({ set: (more) => span.set(clean(more)) }));
  } catch (error) {
    span.fail(kindOf(error));
    throw error;
  } finally {
    span.end();
  }
}

/** The same for what is worth a span only inside another one. */
export async function withChildSpan<T>(
  name: SpanName,
  attributes: SpanAttributes,
  run: (span: Span) => Promise<T>,
): Promise<T> {
  return state().current.getStore() ? withSpan(name, attributes, run) : run(SILENT);
}

/** Sends what is held back. Before a process ends; never throws. */
export async function endTracing(): Promise<void> {
  const tracing = await state().tracing;
  delete state().tracing;
  await tracing?.end().catch(() => {});
}

async function start(): Promise<Tracing | null> {
  const shared = state();
  shared.tracing ??= import('./sdk').then(
    ({ startSdk }) => startSdk(),
    () => {
      // Not by the log: it masks the secrets that the database holds, whose queries are traced.
      process.emitWarning('OpenTelemetry could not be loaded. There are no traces.');
      return null;
    },
  );
  return shared.tracing;
}

/** Names of tools and models come from other servers: what is no plain name is left out. */
function clean(attributes: SpanAttributes): Record<string, string | number | boolean> {
  const kept = Object.entries(attributes).filter(
    ([, value]) => value !== undefined && (typeof value !== 'string' || /^[\w.:/@+-]{1,100}$/.test(value)),
  );
  return Object.fromEntries(kept) as Record<string, string | number | boolean>; // without undefined
}

function kindOf(error: unknown): string {
  if (error instanceof AppError) return error.reason;
  const { code, name } = error as { code?: unknown; name?: unknown };
  const kind = typeof code === 'string' ? code : String(name ?? 'Error');
  return /^\w{1,40}$/.test(kind) ? kind : 'Error';
}
