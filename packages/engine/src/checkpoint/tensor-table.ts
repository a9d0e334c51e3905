import { LanternError } from '../errors.ts';
import { shown } from './json.ts';
import type { Staging } from './staging.ts';
import { readVector, storedMatrix } from './stored-matrix.ts';
import type { StoredTensor } from './stored-tensor.ts';
import type { WeightMatrix } from './weights.ts';

/** The tensors of a checkpoint by name, with errors that say what should have been there. */
export class TensorTable {
  readonly #path: string;
  readonly #tensors = new Map<string, StoredTensor>();
  readonly staging: Staging;

  constructor(path: string, tensors: readonly StoredTensor[], staging: Staging) {
    this.#path = path;
    this.staging = staging;
    for (const tensor of tensors) {
      if (this.#tensors.has(tensor.name))
        throw new LanternError('bad-checkpoint', `${path}: tensor ${shown(tensor.name)} occurs in two files`);
      this.#tensors.set(tensor.name, tensor);
    }
  }

  find(name: string): StoredTensor | undefined {
    return this.#tensors.get(name);
  }

  /** The tensor of this name and (unless that is left open) shape; dimensions of 1 may be written or left out. */
  need(name: string, shape?: readonly number[]): StoredTensor {
    const tensor = this.#tensors.get(name);
    if (!tensor) {
      const expected = shape ? `, its shape should be ${shown(shape)}` : '';
      throw new LanternError('bad-checkpoint', `${this.#path}: tensor ${name} is missing${expected}`);
    }
    if (shape && squeezed(tensor.shape) !== squeezed(shape))
      throw new LanternError(
        'bad-checkpoint',
        `${tensor.source.name}: tensor ${name} has shape ${shown(tensor.shape)}, ${shown(shape)} is expected`,
      );
    return tensor;
  }

  /** [rows, columns] */
  matrix(name: string, rows: number, columns: number): WeightMatrix {
    return storedMatrix(this.need(name, [rows, columns]), rows, columns, this.staging);
  }

  /** Numbers of a small tensor, in row-major order. */
  vector(name: string, ...shape: number[]): Float32Array {
    return readVector(this.need(name, shape), this.staging);
  }
}

function squeezed(shape: readonly number[]): string {
  return shape.filter((size) => size !== 1).join();
}
