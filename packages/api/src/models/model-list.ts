import { z } from 'zod';
import { component, field, optional } from '../shared/field.ts';
import type { Known } from '../shared/known.ts';
import { jsonObject, unixSeconds } from '../shared/scalars.ts';

const example = {
  id: 'qwen3.5-plus',
  object: 'model',
  created: 1_772_000_000,
  owned_by: 'lantern',
  root: 'qwen3.5-tiny',
  parent: null,
  max_model_len: 262_144,
};

/** A model, as `GET /v1/models/{model}` gives it. */
export const modelCard = component(
  z.looseObject({
    id: field(z.string().min(1), 'The name to ask for.', example.id),
    object: field(z.literal('model'), 'What this object is.', 'model'),
    created: field(unixSeconds, 'When it was loaded, in seconds since 1970.', example.created),
    owned_by: field(z.string(), 'Who serves it.', example.owned_by),
    root: optional(z.string(), 'Id of the model that answers to this name.', example.root),
    parent: optional(z.string(), 'The model that it adapts, if any.', null),
    max_model_len: optional(z.int().min(1), 'Most tokens of prompt and answer together.', example.max_model_len),
    permission: optional(z.array(jsonObject), 'Always empty; older clients look for it.', []),
    architecture: optional(
      z.looseObject({
        input_modalities: field(z.array(z.string()), 'What it reads.', ['text', 'image']),
        output_modalities: field(z.array(z.string()), 'What it writes.', ['text']),
      }),
      'What goes in and out.',
      { input_modalities: ['text', 'image'], output_modalities: ['text'] },
    ),
    meta: optional(jsonObject, 'Facts of the checkpoint.', { n_params: 9_800_000 }),
  }),
  'ModelCard',
  'A model that can be asked.',
  example,
);

/** Reply of `GET /v1/models`. */
export const modelList = component(
  z.looseObject({
    object: field(z.literal('list'), 'What this object is.', 'list'),
    data: field(z.array(modelCard), 'The models, by every name that they answer to.', [example]),
  }),
  'ModelList',
  'The models that can be asked.',
  { object: 'list', data: [example] },
);

export type ModelCard = Known<z.infer<typeof modelCard>>;
export type ModelList = Known<z.infer<typeof modelList>>;
