import type { RandomQuant } from '../../packages/engine/src/checkpoint/random-blocks.ts';
import { parseRandomQuant, randomTensors } from '../../packages/engine/src/checkpoint/random-weights.ts';
import type { StoredTensor } from '../../packages/engine/src/checkpoint/stored-tensor.ts';
import type { ModelConfig } from '../../packages/engine/src/model/config.ts';

/**
 * Random tensors in a format: one of the engine's own, in which every matrix is alike, or `q4_k_m`, the mix of that name
 * that llama-quantize makes.
 */
export function formatTensors(config: ModelConfig, format: string, seed: number): StoredTensor[] {
  if (format !== 'q4_k_m') return randomTensors(config, parseRandomQuant(format), seed);
  const base = randomTensors(config, 'q4_k', seed);
  const others = new Map((['q5_k', 'q6_k'] as const).map((quant) => [quant, randomTensors(config, quant, seed + 1)]));
  const tied = config.tieWordEmbeddings;
  return base.map((tensor, i) => {
    const quant = quantOfMix(tensor.name, config.layerTypes.length, tied);
    return quant === 'q4_k' || tensor.format === 'F32' ? tensor : others.get(quant)![i]!;
  });
}

/**
 * Q4_K_M as llama-quantize mixes it: the output head in Q6_K, fused attention inputs in Q5_K, values and down projections
 * in Q6_K in the first and last eighth of the layers and every third between them.
 */
export function quantOfMix(name: string, layers: number, tied: boolean): RandomQuant & ('q4_k' | 'q5_k' | 'q6_k') {
  if (name === 'output.weight' || (tied && name === 'token_embd.weight')) return 'q6_k';
  const found = /^blk\.(\d+)\.(\w+)\.weight$/.exec(name);
  if (!found) return 'q4_k';
  const [layer, part] = [Number(found[1]), found[2]!];
  if (part === 'attn_qkv') return 'q5_k';
  const eighth = Math.floor(layers / 8);
  const more = layer < eighth || layer >= Math.floor((7 * layers) / 8) || (layer - eighth) % 3 === 2;
  return more && /^(attn_v|ffn_down|ffn_down_exps|ffn_down_shexp)$/.test(part) ? 'q6_k' : 'q4_k';
}
