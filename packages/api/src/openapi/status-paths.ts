import { z } from 'zod';
import type { ZodOpenApiPathsObject } from 'zod-openapi';
import { jsonObject } from '../shared/scalars.ts';
import { healthNotReady, healthOk } from '../status/health.ts';
import { version } from '../status/version.ts';
import { errorReplies } from './error-replies.ts';
import { operation } from './operation.ts';

/** Paths that tell of the server itself. */
export const statusPaths: ZodOpenApiPathsObject = {
  '/health': {
    get: operation({
      id: 'getHealth',
      tag: 'Status',
      summary: 'Whether the server is ready',
      description: '200 once the model answers; until then 503 and how far the loading is. No key is asked for.',
      reply: healthOk,
      errors: {
        '503': {
          description: 'The model is not there yet, or no more.',
          content: { 'application/json': { schema: healthNotReady } },
        },
      },
      guarded: false,
    }),
  },
  '/version': {
    get: operation({
      id: 'getVersion',
      tag: 'Status',
      summary: 'Version of the server',
      description: 'Which version runs.',
      reply: version,
      errors: errorReplies([500]),
      guarded: false,
    }),
  },
  '/metrics': {
    get: {
      operationId: 'getMetrics',
      tags: ['Status'],
      summary: 'Metrics for Prometheus',
      description: "Counters, gauges and histograms under vLLM's names.",
      responses: {
        '200': {
          description: "The metrics in Prometheus' text form.",
          content: {
            'text/plain': {
              schema: z.string().meta({
                description: 'One metric a line.',
                examples: ['vllm:num_requests_running{model_name="qwen3.5-tiny"} 1\n'],
              }),
            },
          },
        },
        ...errorReplies([401, 403, 500]),
      },
    },
  },
  '/openapi.json': {
    get: operation({
      id: 'getOpenApi',
      tag: 'Status',
      summary: 'This document',
      description: 'The OpenAPI document of the server.',
      reply: jsonObject.meta({ description: 'An OpenAPI 3.1 document.', examples: [{ openapi: '3.1.0' }] }),
      errors: errorReplies([500]),
      guarded: false,
    }),
  },
};
