import type { ModelCard } from '@lantern/api';
import { ApiError } from '../http/api-error.ts';
import type { ServedModel } from '../model-host.ts';
import type { RequestContext, ServerContext } from '../server-context.ts';

/** `GET /v1/models`: every name that the model answers to. */
export function listModels({ host }: ServerContext, context: RequestContext): Response {
  const { model } = host;
  return context.json({ object: 'list', data: model.names.map((name) => card(model, name)) });
}

/** `GET /v1/models/{id}` */
export function showModel({ host }: ServerContext, context: RequestContext): Response {
  const name = context.req.param('id') ?? '';
  const { model } = host;
  if (model.names.includes(name)) return context.json(card(model, name));
  throw new ApiError(
    'model_not_found',
    `there is no model ${JSON.stringify(name)}; served are ${model.names.join(', ')}`,
  );
}

function card({ id, created, engine }: ServedModel, name: string): ModelCard {
  return {
    id: name,
    object: 'model',
    created,
    owned_by: 'lantern',
    root: id,
    parent: null,
    max_model_len: engine.contextTokens,
    permission: [],
    architecture: {
      input_modalities: engine.runner.vision ? ['text', 'image', 'video'] : ['text'],
      output_modalities: ['text'],
    },
  };
}
