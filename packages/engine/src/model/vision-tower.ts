import type { VisionLinear, VisionWeights } from '../checkpoint/weights.ts';
import { BufferTable } from './plan-recorder.ts';
import type { VisionConfig } from './vision-config.ts';
import type { VisionBuffer, VisionPlan, VisionStep } from './vision-plan.ts';

/**
 * The vision tower, told once. For the patches of one slice:
 *
 *   h = patches(pixels) + positions
 *   for each layer:   h += out · attention(turn(qkv · norm(h)));   h += down · gelu(up · norm(h))
 *   embeddings = down · gelu(up · four(norm(h)))
 *
 * where `four` puts the patches of a cell side by side.
 */
export function recordVisionTower(config: VisionConfig, weights: VisionWeights): VisionPlan {
  const { hiddenSize, intermediateSize, outHiddenSize, numHeads: heads, patchSize, layerNormEps: eps } = config;
  const buffers = new BufferTable<VisionBuffer['rows']>();
  const chunk = (name: string, width: number) => buffers.take(name, width, 'chunk');
  const cells = (name: string, width: number) => buffers.take(name, width, 'cells');
  const hidden = buffers.take('vision hidden', hiddenSize, 'patches');
  const q = buffers.take('vision q', hiddenSize, 'patches');
  const normed = chunk('vision normed', hiddenSize);
  const qkv = chunk('vision qkv', 3 * hiddenSize);
  const mixed = chunk('vision attended', hiddenSize);
  const raised = chunk('vision mlp', intermediateSize);
  const area = 3 * patchSize ** 2;
  const pixels = [chunk('pixels of frame 0', area), chunk('pixels of frame 1', area)] as const;

  const { patches, layers, merger } = weights;
  const none = new Float32Array(hiddenSize);
  const phases: VisionStep[][] = [
    [
      project(pixels[0], { weight: patches.kernels[0], bias: patches.bias }, hidden),
      project(pixels[1], { weight: patches.kernels[1], bias: none }, hidden, true),
      { op: 'add-positions', table: weights.positions, side: config.positionSide, hidden },
    ],
  ];
  for (const layer of layers) {
    phases.push(
      [
        { op: 'layer-norm', input: hidden, norm: layer.norm1, eps, out: normed },
        project(normed, layer.qkv, qkv),
        { op: 'turn-patches', heads, qkv, q },
      ],
      [
        { op: 'attend-patches', heads, q, out: mixed },
        project(mixed, layer.out, hidden, true),
        { op: 'layer-norm', input: hidden, norm: layer.norm2, eps, out: normed },
        project(normed, layer.up, raised),
        { op: 'gelu', form: 'tanh', values: raised },
        project(raised, layer.down, hidden, true),
      ],
    );
  }
  const four = cells('vision cells', merger.up.weight.columns);
  const merged = cells('vision merged', merger.up.weight.rows);
  const embeddings = cells('vision embeddings', outHiddenSize);
  phases.push([
    { op: 'layer-norm', input: hidden, norm: merger.norm, eps, out: normed },
    { op: 'merge', input: normed, out: four },
    project(four, merger.up, merged),
    { op: 'gelu', form: 'erf', values: merged },
    project(merged, merger.down, embeddings),
  ]);
  return { phases, pixels, embeddings };
}

function project(input: VisionBuffer, { weight, bias }: VisionLinear, out: VisionBuffer, add = false): VisionStep {
  return { op: 'vision-project', input, weight, bias, add, out };
}
