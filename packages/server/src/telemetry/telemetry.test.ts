import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { testServer } from '../test-server.ts';
import { parseTraceparent, startTelemetry } from './start-telemetry.ts';

type Attribute = { key: string; value: { stringValue?: string; intValue?: number } };
type Traces = {
  resourceSpans: {
    resource: { attributes: Attribute[] };
    scopeSpans: { spans: { name: string; parentSpanId?: string; traceId: string; attributes: Attribute[] }[] }[];
  }[];
};
type Metrics = { resourceMetrics: { scopeMetrics: { metrics: { name: string }[] }[] }[] };

test('a collector hears of every request by the names of the conventions', { timeout: 30_000 }, async () => {
  const received: { [path: string]: string[] } = {};
  const collector = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text) => {
      body += text;
    });
    request.on('end', () => {
      received[request.url!] = [...(received[request.url!] ?? []), body];
      response.setHeader('content-type', 'application/json').end('{}');
    });
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  const { port } = collector.address() as AddressInfo;
  // Exporters and resource read the process's own environment.
  process.env.OTEL_SERVICE_NAME = 'my-lantern';
  process.env.OTEL_EXPORTER_OTLP_ENDPOINT = `http://127.0.0.1:${port}`;
  const environment = { ...process.env };
  const server = await testServer({ environment, engine: { threads: 1 } });
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
  const post = (body: object, headers = {}) =>
    fetch(`${server.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ messages: [{ role: 'user', content: 'Hello' }], max_tokens: 5, ...body }),
    }).then((reply) => reply.text());
  await post({}, { traceparent: `00-${traceId}-00f067aa0ba902b7-01` });
  await post({ stream: true });
  await server.stop(1000);
  collector.close();
  delete process.env.OTEL_EXPORTER_OTLP_ENDPOINT;
  delete process.env.OTEL_SERVICE_NAME;

  const traces = received['/v1/traces']!.map((body) => JSON.parse(body) as Traces);
  const spans = traces.flatMap(({ resourceSpans }) =>
    resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)),
  );
  assert.deepEqual(
    spans.map(({ name }) => name),
    ['chat lantern-tiny', 'chat lantern-tiny'],
  );
  assert.deepEqual([spans[0]!.traceId, spans[0]!.parentSpanId], [traceId, '00f067aa0ba902b7']);
  const attributes = Object.fromEntries(spans[0]!.attributes.map(({ key, value }) => [key, value]));
  assert.equal(attributes['gen_ai.operation.name']?.stringValue, 'chat');
  assert.equal(attributes['gen_ai.usage.output_tokens']?.intValue, 5);
  assert.ok('gen_ai.response.finish_reasons' in attributes);
  const service = traces[0]!.resourceSpans[0]!.resource.attributes.find(({ key }) => key === 'service.name');
  assert.equal(service?.value.stringValue, 'my-lantern');
  const metrics = received['/v1/metrics']!.flatMap((body) =>
    (JSON.parse(body) as Metrics).resourceMetrics.flatMap(({ scopeMetrics }) =>
      scopeMetrics.flatMap((scope) => scope.metrics),
    ),
  );
  for (const name of [
    'gen_ai.server.request.duration',
    'gen_ai.server.time_to_first_token',
    'gen_ai.client.token.usage',
  ])
    assert.ok(
      metrics.some((metric) => metric.name === name),
      name,
    );
});

test('nothing is sent unless an endpoint is named', async () => {
  assert.equal(await startTelemetry({}, '1'), null);
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' };
  assert.equal(await startTelemetry({ ...endpoint, OTEL_SDK_DISABLED: 'true' }, '1'), null);
  assert.equal(
    await startTelemetry({ ...endpoint, OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none' }, '1'),
    null,
  );
});

test('a trace context is taken only where it is one', () => {
  assert.equal(parseTraceparent(undefined), null);
  assert.equal(parseTraceparent('00-x-y-01'), null);
  assert.equal(parseTraceparent(`00-${'0'.repeat(32)}-00f067aa0ba902b7-01`), null);
  assert.equal(parseTraceparent(`00-${'a'.repeat(32)}-00f067aa0ba902b7-01`)?.traceFlags, 1);
});
