import { z } from 'zod';
import { errorBody } from '../errors/error-body.ts';
import { component, field, optional } from '../shared/field.ts';
import type { Known } from '../shared/known.ts';

const model = { model: optional(z.string(), 'Id of the model.', 'qwen3.5-tiny') };

/** Reply of `GET /health` once the model answers. */
export const healthOk = component(
  z.looseObject({ status: field(z.literal('ok'), 'The model answers.', 'ok'), ...model }),
  'HealthOk',
  'The server is ready.',
  { status: 'ok', model: 'qwen3.5-tiny' },
);

const loadingExample = {
  message: 'qwen3.5-tiny is loading: 42 %',
  type: 'unavailable_error',
  param: null,
  code: 'model_loading',
};

/** Reply of `GET /health` with status 503. It is an error body too, so that clients of any endpoint understand it. */
export const healthNotReady = component(
  z.looseObject({
    status: field(
      z.enum(['loading', 'failed', 'stopping']),
      'loading: the model comes; failed: it will not come; stopping: the server is about to end.',
      'loading',
    ),
    progress: optional(z.number().min(0).max(1), 'Share of the loading that is done.', 0.42),
    ...model,
    error: field(errorBody.shape.error, 'The same as an error.', loadingExample),
  }),
  'HealthNotReady',
  'The server is not ready.',
  { status: 'loading', progress: 0.42, model: 'qwen3.5-tiny', error: loadingExample },
);

export type HealthOk = Known<z.infer<typeof healthOk>>;
export type HealthNotReady = Known<z.infer<typeof healthNotReady>>;
