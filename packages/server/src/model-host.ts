import type { Engine } from '@lantern/engine';
import { ApiError } from './http/api-error.ts';

/** A model that answers. */
export type ServedModel = {
  engine: Engine;
  /** What replies call it. */
  id: string;
  /** Every name by which requests may call it, its id among them unless it was given others. */
  names: readonly string[];
  /** Changes with the weights and the program. */
  fingerprint: string;
  /** When it was loaded, in seconds since 1970. */
  created: number;
};

export type LoadProgress = { done: number; total: number };

export type ModelStatus =
  | { kind: 'loading'; progress: LoadProgress }
  | { kind: 'ready'; model: ServedModel }
  | { kind: 'failed'; reason: unknown }
  | { kind: 'closed' };

/** Loads a model while the server answers already that it is not there yet. */
export class ModelHost {
  /** Settles when the model is loaded; rejects where it cannot be. */
  readonly loaded: Promise<ServedModel>;
  #status: ModelStatus = { kind: 'loading', progress: { done: 0, total: 0 } };
  readonly #stop = new AbortController();

  constructor(load: (onProgress: (done: number, total: number) => void, signal: AbortSignal) => Promise<ServedModel>) {
    const onProgress = (done: number, total: number) => {
      if (this.#status.kind === 'loading') this.#status = { kind: 'loading', progress: { done, total } };
    };
    this.loaded = load(onProgress, this.#stop.signal).then(
      (model) => {
        this.#status = { kind: 'ready', model };
        return model;
      },
      (reason: unknown) => {
        this.#status = { kind: 'failed', reason };
        throw reason;
      },
    );
    // Whoever needs the model hears of a failure there.
    this.loaded.catch(() => undefined);
  }

  get status(): ModelStatus {
    return this.#status;
  }

  /** The model. Throws a 503 while it is not there. */
  get model(): ServedModel {
    if (this.#status.kind === 'ready') return this.#status.model;
    throw this.refusal;
  }

  /** Why there is no model now. */
  get refusal(): ApiError {
    const status = this.#status;
    if (status.kind === 'failed') return new ApiError('overloaded', 'the model could not be loaded; the log says why');
    if (status.kind !== 'loading') return new ApiError('shutting_down', 'the server is about to end');
    const { done, total } = status.progress;
    const share = total > 0 ? `, ${Math.floor((100 * done) / total)} % are done` : '';
    return new ApiError('model_loading', `the model is being loaded${share}; /health tells when it is ready`, {
      retryAfter: 2,
    });
  }

  /** The model by a name that a request gives; absent: the one there is. Throws a 404 for another name. */
  named(name: string | null | undefined): ServedModel {
    const { model } = this;
    if (name === undefined || name === null || model.names.includes(name)) return model;
    throw new ApiError(
      'model_not_found',
      `there is no model ${JSON.stringify(name)}; served are ${model.names.join(', ')}`,
      {
        param: 'model',
      },
    );
  }

  /** Ends loading, or the model. */
  async close(): Promise<void> {
    this.#stop.abort(new ApiError('shutting_down', 'the server is about to end'));
    const model = await this.loaded.catch(() => null);
    this.#status = { kind: 'closed' };
    await model?.engine.close();
  }
}
