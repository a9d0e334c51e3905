import type { WeightMatrix } from '../checkpoint/weights.ts';
import { type Backend, type LoadOptions, VISION_DEFAULTS } from '../model/backend.ts';
import type { ModelConfig } from '../model/config.ts';
import { recordForward } from '../model/forward.ts';
import { matricesOf, matricesOfTower } from '../model/plan-matrices.ts';
import { recordVisionTower } from '../model/vision-tower.ts';
import { decodeMatrix } from './decode-matrix.ts';
import { ReferenceRunner } from './runner.ts';
import { ReferenceVision } from './vision.ts';

/**
 * The oracle: every step in plain scalar TypeScript over f32 arrays, sums in f64. Slow and obvious; weights of any
 * format are decoded to f32 when loaded.
 */
export const referenceBackend: Backend = {
  name: 'reference',
  async load(config: ModelConfig, weights, options: LoadOptions) {
    const plan = recordForward(config, weights);
    const matrices = new Map<WeightMatrix, Float32Array>();
    const tower = config.vision && weights.vision ? recordVisionTower(config.vision, weights.vision) : null;
    const all = [...matricesOf(plan), ...(tower ? matricesOfTower(tower) : [])];
    const total = all.reduce((sum, matrix) => sum + matrix.storedBytes, 0);
    let done = 0;
    for (const matrix of all) {
      matrices.set(matrix, decodeMatrix(matrix));
      done += matrix.storedBytes;
      options.onProgress?.(done, total);
      await new Promise((resume) => setTimeout(resume));
      options.signal?.throwIfAborted();
    }
    const vision = tower && new ReferenceVision(config.vision!, tower, matrices, options.vision ?? VISION_DEFAULTS);
    return new ReferenceRunner(config, plan, matrices, vision, options);
  },
};
