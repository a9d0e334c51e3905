import type { Attributes, Context, Histogram, Meter, Span, Tracer } from '@opentelemetry/api';

/** What is told of a request when it begins, in the names of the GenAI conventions. */
export type BegunOperation = {
  operation: 'chat' | 'text_completion';
  model: string;
  /** W3C trace context of the client. */
  traceparent: string | undefined;
  attributes: Attributes;
};

/** What is told of it when it has ended. */
export type EndedOperation = {
  responseId: string;
  finishReasons: string[];
  inputTokens: number;
  cachedTokens: number;
  outputTokens: number;
  reasoningTokens: number;
  /** Of the first answer; null where there was none. */
  firstTokenSeconds: number | null;
  /** Mean of the tokens after the first. */
  tokenSeconds: number | null;
};

/** One request under way. Exactly one of the two is called. */
export type Operation = { end(ended: EndedOperation): void; fail(errorType: string): void };

const PROVIDER = 'lantern';
const tokenBuckets = Array.from({ length: 14 }, (_, power) => 4 ** power);
const durationBuckets = Array.from({ length: 14 }, (_, power) => 0.01 * 2 ** power);
const firstTokenBuckets = [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const tokenTimeBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5];

/** Spans and metrics of every request, with OpenTelemetry's GenAI names. */
export class Telemetry {
  readonly #tracer: Tracer;
  readonly #contextOf: (traceparent: string | undefined) => Context;
  readonly #duration: Histogram;
  readonly #firstToken: Histogram;
  readonly #tokenTime: Histogram;
  readonly #tokens: Histogram;
  readonly #shutdown: () => Promise<void>;

  /** See `startTelemetry`. */
  constructor(
    tracer: Tracer,
    meter: Meter,
    contextOf: (traceparent: string | undefined) => Context,
    shutdown: () => Promise<void>,
  ) {
    const histogram = (name: string, unit: string, description: string, buckets: number[]) =>
      meter.createHistogram(name, { unit, description, advice: { explicitBucketBoundaries: buckets } });
    this.#tracer = tracer;
    this.#contextOf = contextOf;
    this.#shutdown = shutdown;
    this.#duration = histogram('gen_ai.server.request.duration', 's', 'Of a whole request.', durationBuckets);
    this.#firstToken = histogram('gen_ai.server.time_to_first_token', 's', 'Until the first token.', firstTokenBuckets);
    this.#tokenTime = histogram('gen_ai.server.time_per_output_token', 's', 'Of each later token.', tokenTimeBuckets);
    this.#tokens = histogram('gen_ai.client.token.usage', '{token}', 'Tokens of a request.', tokenBuckets);
  }

  begin({ operation, model, traceparent, attributes }: BegunOperation): Operation {
    const began = performance.now();
    const common = {
      'gen_ai.operation.name': operation,
      'gen_ai.provider.name': PROVIDER,
      'gen_ai.request.model': model,
    };
    const span = this.#tracer.startSpan(
      `${operation} ${model}`,
      { kind: SPAN_KIND_SERVER, attributes: { ...common, ...attributes } },
      this.#contextOf(traceparent),
    );
    const close = (labels: Attributes) => {
      this.#duration.record((performance.now() - began) / 1000, labels);
      span.end();
    };
    return {
      end: (ended) => {
        describeEnd(span, model, ended);
        const labels = { ...common, 'gen_ai.response.model': model };
        this.#tokens.record(ended.inputTokens, { ...labels, 'gen_ai.token.type': 'input' });
        this.#tokens.record(ended.outputTokens, { ...labels, 'gen_ai.token.type': 'output' });
        if (ended.firstTokenSeconds !== null) this.#firstToken.record(ended.firstTokenSeconds, labels);
        if (ended.tokenSeconds !== null) this.#tokenTime.record(ended.tokenSeconds, labels);
        close(labels);
      },
      fail: (errorType) => {
        span.setAttribute('error.type', errorType);
        span.setStatus({ code: STATUS_ERROR });
        close({ ...common, 'error.type': errorType });
      },
    };
  }

  /** Sends what is left. */
  async close(): Promise<void> {
    await this.#shutdown();
  }
}

/** SpanKind.SERVER and SpanStatusCode.ERROR of the API, which is loaded only where it is wanted. */
const SPAN_KIND_SERVER = 1;
const STATUS_ERROR = 2;

function describeEnd(span: Span, model: string, ended: EndedOperation): void {
  span.setAttributes({
    'gen_ai.response.id': ended.responseId,
    'gen_ai.response.model': model,
    'gen_ai.response.finish_reasons': ended.finishReasons,
    'gen_ai.usage.input_tokens': ended.inputTokens,
    'gen_ai.usage.output_tokens': ended.outputTokens,
    'gen_ai.usage.cache_read.input_tokens': ended.cachedTokens,
    'gen_ai.usage.reasoning.output_tokens': ended.reasoningTokens,
    ...(ended.firstTokenSeconds !== null && { 'gen_ai.response.time_to_first_chunk': ended.firstTokenSeconds }),
  });
}
