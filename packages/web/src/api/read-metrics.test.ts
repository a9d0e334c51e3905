import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readMetrics, total } from './read-metrics.ts';

const text = `# HELP vllm:request_success_total Requests answered, by how they ended.
# TYPE vllm:request_success_total counter
vllm:request_success_total{finished_reason="stop",model_name="a \\"b\\""} 3
vllm:request_success_total{finished_reason="length"} 2e0
vllm:num_requests_running 1

not a sample
`;

test('samples are read with their labels and summed by name', () => {
  const samples = readMetrics(text);
  assert.equal(samples.length, 3);
  assert.deepEqual(samples[0], {
    name: 'vllm:request_success_total',
    labels: { finished_reason: 'stop', model_name: 'a "b"' },
    value: 3,
  });
  assert.equal(total(samples, 'vllm:request_success_total'), 5);
  assert.equal(total(samples, 'vllm:none'), 0);
});
