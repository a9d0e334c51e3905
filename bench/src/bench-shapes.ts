import { SHAPE_NAMES, scaleShape, shapeConfig } from '../../packages/engine/src/checkpoint/shapes.ts';
import type { ModelConfig } from '../../packages/engine/src/model/config.ts';

/** Names that `benchShape` knows. */
export const BENCH_SHAPES: readonly string[] = [...SHAPE_NAMES, 'moe', 'tiny'];
/** Not random: the model that comes with Lantern. */
export const TRAINED = 'trained';

/**
 * A released size by its name; `moe`: the widths of 35B-A3B with 12 of its 40 layers and 128 of its 256 experts, about
 * 3.5 GB in Q4_0; `tiny`: something small that runs in a second, to try the bench itself.
 */
export function benchShape(name: string): ModelConfig {
  if (name === 'moe') return scaleShape(shapeConfig('35b-a3b'), { layers: 12, numExperts: 128 });
  if (name === 'tiny') return scaleShape(shapeConfig('0.8b'), { layers: 4, hiddenSize: 256, mlpSize: 512 });
  return shapeConfig(name);
}
