import { LanternError } from '../errors.ts';
import { Random } from '../generate/random.ts';
import type { ModelConfig } from '../model/config.ts';
import { type ByteSource, memorySource } from './byte-source.ts';
import { ggufTypeByName } from './gguf-types.ts';
import { weightsFromGguf } from './names-gguf.ts';
import { gaussian, RANDOM_QUANTS, type RandomQuant, randomSlab } from './random-blocks.ts';
import { Staging } from './staging.ts';
import { elementCount, type StoredTensor } from './stored-tensor.ts';
import { TensorTable } from './tensor-table.ts';
import { type TensorRole, tensorsOfConfig } from './tensors-of-config.ts';
import type { ModelWeights } from './weights.ts';

/** The format that a name such as `q4_0` stands for. */
export function parseRandomQuant(name: string): RandomQuant {
  const quant = RANDOM_QUANTS.find((known) => known === name.toLowerCase());
  if (!quant)
    throw new LanternError(
      'bad-input',
      `random weights cannot be made as "${name}", only as ${RANDOM_QUANTS.join(', ')}`,
    );
  return quant;
}

/**
 * Weights of a model that nobody trained, without a file: finite activations, the cost of real ones. The same seed
 * gives the same weights. Rows of a width that the format's blocks do not divide fall back to Q8_0, then F16.
 */
export function randomWeights(config: ModelConfig, quant: RandomQuant, seed: number): ModelWeights {
  const tensors = randomTensors(config, quant, seed);
  return weightsFromGguf(new TensorTable('random weights', tensors, new Staging()), config);
}

/** The same weights as tensors of a GGUF file. */
export function randomTensors(config: ModelConfig, quant: RandomQuant, seed: number): StoredTensor[] {
  const random = new Random(seed);
  const slabs = new Map<RandomQuant, Uint8Array>();
  const slabOf = (format: RandomQuant): Uint8Array => {
    const known = slabs.get(format);
    if (known) return known;
    const made = randomSlab(format, seed + 1 + slabs.size);
    slabs.set(format, made);
    return made;
  };
  return tensorsOfConfig(config).map(({ name, shape, role }) => {
    const format = role === 'matrix' ? fitting(quant, shape.at(-1)!) : 'f32';
    const type = ggufTypeByName(format.toUpperCase())!;
    const bytes = (elementCount(shape) / type.weights) * type.bytes;
    const common = { name, format: type.name, shape, offset: 0, bytes };
    if (role !== 'matrix' && role !== 'router')
      return { ...common, source: memorySource(name, vectorBytes(role, elementCount(shape), random)) };
    const slab = slabOf(format);
    const phase = Math.floor((random.next() * slab.length) / type.bytes) * type.bytes;
    return { ...common, source: repeatedSource(name, slab, phase, bytes) };
  });
}

function fitting(quant: RandomQuant, columns: number): RandomQuant {
  return [quant, 'q8_0' as const].find((q) => columns % ggufTypeByName(q.toUpperCase())!.weights === 0) ?? 'f16';
}

/** A slab laid end to end, from `phase` on. */
function repeatedSource(name: string, slab: Uint8Array, phase: number, size: number): ByteSource {
  return {
    name,
    size,
    descriptor: null,
    read(offset, into) {
      for (let done = 0; done < into.length; ) {
        const at = (phase + offset + done) % slab.length;
        const piece = slab.subarray(at, Math.min(slab.length, at + into.length - done));
        into.set(piece, done);
        done += piece.length;
      }
    },
    close() {},
  };
}

/** Norms about 1, decays that forget within a few to a few hundred tokens, gates that are neither open nor shut. */
function vectorBytes(role: Exclude<TensorRole, 'matrix' | 'router'>, count: number, random: Random): Uint8Array {
  const draw: Record<typeof role, () => number> = {
    norm: () => 1 + 0.1 * gaussian(random),
    conv: () => 0.3 * gaussian(random),
    decay: () => -Math.exp(-5 + 5 * random.next()),
    dtBias: () => 0.5 * gaussian(random),
  };
  return new Uint8Array(Float32Array.from({ length: count }, draw[role]).buffer);
}
