import { type Span as OtelSpan, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { env } from '../env/env';

export type OpenSpan = {
  set(attributes: Record<string, string | number | boolean>): void;
  /** @param kind a word for the kind of error */
  fail(kind: string): void;
  end(): void;
  readonly inner: OtelSpan;
};

export type Tracing = {
  open(name: string, parent: OpenSpan | undefined): OpenSpan;
  /** Sends what is held back. */
  end(): Promise<void>;
};

/**
 * The official SDK with its own variables: OTEL_EXPORTER_OTLP_ENDPOINT, …_HEADERS, OTEL_TRACES_SAMPLER, OTEL_SERVICE_NAME,
 * OTEL_RESOURCE_ATTRIBUTES and the others of the specification. Sends OTLP over HTTP as JSON.
 */
export function startSdk(): Tracing {
  const name = resourceFromAttributes({ 'service.name': 'socdown', 'socdown.role': env().SOCDOWN_ROLE });
  const provider = new BasicTracerProvider({
    // What the operator says about the service wins.
    resource: defaultResource()
      .merge(name)
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  const tracer = provider.getTracer('socdown');
  return {
    open(spanName, parent) {
      const within = parent ? trace.setSpan(ROOT_CONTEXT, parent.inner) : ROOT_CONTEXT;
      const kind = spanName === 'request' ? SpanKind.SERVER : SpanKind.INTERNAL;
      const inner = tracer.startSpan(spanName, { kind }, within);
      return {
        inner,
        set: (attributes) => void inner.setAttributes(attributes),
        fail: (word) => {
          inner.setAttribute('error.type', word);
          inner.setStatus({ code: SpanStatusCode.ERROR });
        },
        end: () => inner.end(),
      };
    },
    end: () => provider.shutdown(),
  };
}
