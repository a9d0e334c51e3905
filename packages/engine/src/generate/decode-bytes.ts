import type { ModelWeights, SwigluWeights } from '../checkpoint/weights.ts';
import type { Runner } from '../model/backend.ts';
import { PAGE_TOKENS } from '../model/batch.ts';
import type { ModelConfig } from '../model/config.ts';
import { heldBytes } from '../wasm/held-bytes.ts';

/**
 * Bytes of weights and state that memory has to deliver for one decoding step of `sequences` sequences that have
 * absorbed `contextTokens` each: every matrix once, of the embedding only the rows looked up, of the routed experts
 * as many as uniform routing picks on average, and each sequence's recurrent state and cache. Matrices count as the
 * wasm backend holds them.
 */
export function decodeBytes(
  config: ModelConfig,
  weights: ModelWeights,
  runner: Pick<Runner, 'slotBytes' | 'pageBytes'>,
  sequences: number,
  contextTokens: number,
): number {
  const state = sequences * (runner.slotBytes + (runner.pageBytes * contextTokens) / PAGE_TOKENS);
  const lookup = (sequences * heldBytes(weights.embedding)) / weights.embedding.rows;
  let bytes = state + lookup + heldBytes(weights.output);
  const { numExperts, numExpertsPerToken } =
    config.mlp.kind === 'moe' ? config.mlp : { numExperts: 1, numExpertsPerToken: 0 };
  const touched = 1 - (1 - numExpertsPerToken / numExperts) ** sequences;
  for (const { mixer, mlp } of weights.layers) {
    const projections =
      mixer.type === 'linear_attention'
        ? [mixer.qkv, mixer.z, mixer.a, mixer.b, mixer.out]
        : [mixer.q, mixer.k, mixer.v, mixer.out];
    for (const matrix of projections) bytes += heldBytes(matrix);
    if (mlp.kind === 'dense') bytes += swigluBytes(mlp);
    else {
      bytes += heldBytes(mlp.router) + heldBytes(mlp.sharedGate) + swigluBytes(mlp.shared);
      for (const expert of mlp.experts) bytes += touched * swigluBytes(expert);
    }
  }
  return bytes;
}

function swigluBytes({ gate, up, down }: SwigluWeights): number {
  return heldBytes(gate) + heldBytes(up) + heldBytes(down);
}
