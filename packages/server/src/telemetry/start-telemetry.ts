import type { Context } from '@opentelemetry/api';
import { Telemetry } from './telemetry.ts';

type Environment = { readonly [name: string]: string | undefined };

/** Milliseconds between two reports of metrics, where the environment says nothing. */
const INTERVAL = 60_000;

/**
 * Sends spans and metrics over OTLP as OpenTelemetry's own environment variables say: an endpoint
 * (OTEL_EXPORTER_OTLP_ENDPOINT, or …_TRACES_ENDPOINT and …_METRICS_ENDPOINT) turns it on, OTEL_SDK_DISABLED and
 * OTEL_TRACES_EXPORTER or OTEL_METRICS_EXPORTER of `none` turn it or a half of it off. Null where nothing is to be sent;
 * then none of OpenTelemetry is loaded.
 */
export async function startTelemetry(env: Environment, version: string): Promise<Telemetry | null> {
  const sends = (signal: 'TRACES' | 'METRICS') =>
    Boolean(env.OTEL_EXPORTER_OTLP_ENDPOINT || env[`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`]) &&
    env[`OTEL_${signal}_EXPORTER`] !== 'none';
  const [traces, metrics] = [sends('TRACES'), sends('METRICS')];
  if (env.OTEL_SDK_DISABLED?.toLowerCase() === 'true' || !(traces || metrics)) return null;
  const [api, trace, metric, resources, traceExporter, metricExporter] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-trace'),
    import('@opentelemetry/sdk-metrics'),
    import('@opentelemetry/resources'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/exporter-metrics-otlp-http'),
  ]);
  const own = resources.resourceFromAttributes({ 'service.name': 'lantern', 'service.version': version });
  const resource = own.merge(
    resources.detectResources({ detectors: [resources.envDetector, resources.serviceNameEnvDetector] }),
  );
  const tracers = new trace.TracerProvider({
    resource,
    spanProcessors: traces ? [new trace.BatchSpanProcessor({ exporter: new traceExporter.OTLPTraceExporter() })] : [],
  });
  const meters = new metric.MeterProvider({
    resource,
    readers: metrics
      ? [
          new metric.PeriodicExportingMetricReader({
            exporter: new metricExporter.OTLPMetricExporter(),
            exportIntervalMillis: Number(env.OTEL_METRIC_EXPORT_INTERVAL) || INTERVAL,
          }),
        ]
      : [],
  });
  const contextOf = (traceparent: string | undefined): Context => {
    const parent = parseTraceparent(traceparent);
    return parent ? api.trace.setSpanContext(api.ROOT_CONTEXT, parent) : api.ROOT_CONTEXT;
  };
  return new Telemetry(
    tracers.getTracer('lantern', version),
    meters.getMeter('lantern', version),
    contextOf,
    async () => {
      await Promise.all([tracers.shutdown(), meters.shutdown()]);
    },
  );
}

/** The parent of a W3C `traceparent` header; null for none and for what is no such header. */
export function parseTraceparent(
  header: string | undefined,
): { traceId: string; spanId: string; traceFlags: number; isRemote: true } | null {
  const match = /^[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-|$)/.exec(header ?? '');
  if (!match || /^0+$/.test(match[1]!) || /^0+$/.test(match[2]!)) return null;
  return { traceId: match[1]!, spanId: match[2]!, traceFlags: Number.parseInt(match[3]!, 16), isRemote: true };
}
