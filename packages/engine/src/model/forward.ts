import type { ModelWeights } from '../checkpoint/weights.ts';
import type { ModelConfig } from './config.ts';
import { recordDraftHead } from './draft-head.ts';
import { gatedAttention, gatedDeltaNet, mlp } from './layers.ts';
import type { Plan } from './plan.ts';
import { PlanRecorder } from './plan-recorder.ts';

/**
 * The Qwen 3.5 text model, told once. Reads top to bottom like the paper:
 *
 *   h = embed(token)
 *   for each layer:   h += mixer(norm(h));   h += mlp(norm(h))
 *   logits = output · norm(h)
 *
 * where a mixer is Gated DeltaNet (linear attention) in most layers and gated softmax attention in every fourth.
 */
export function recordForward(config: ModelConfig, weights: ModelWeights): Plan {
  const plan = new PlanRecorder();
  const hidden = plan.tokens('hidden', config.hiddenSize);
  const normed = plan.tokens('normed', config.hiddenSize);
  const norm = (weight: Float32Array, input = hidden, out = normed) =>
    plan.step({ op: 'norm', input, weight, eps: config.rmsNormEps, out });

  const layers = plan.begin();
  plan.step({ op: 'embed', table: weights.embedding, out: hidden });
  let linearLayer = 0;
  let attentionLayer = 0;
  for (const layer of weights.layers) {
    norm(layer.inputNorm);
    if (layer.mixer.type === 'linear_attention')
      gatedDeltaNet(plan, config, layer.mixer, linearLayer++, normed, hidden);
    else gatedAttention(plan, config, layer.mixer, attentionLayer++, normed, hidden);
    norm(layer.postAttentionNorm);
    mlp(plan, config, layer.mlp, normed, hidden);
  }
  if (weights.draft) {
    const final = plan.tokens('final hidden', config.hiddenSize);
    norm(weights.norm, hidden, final);
    plan.step({ op: 'recall', input: final, out: plan.tokens('previous hidden', config.hiddenSize) });
    plan.step({ op: 'remember', input: final });
  }

  const head = plan.begin();
  const last = plan.outputs('last hidden', config.hiddenSize);
  const logits = plan.outputs('logits', config.vocabSize);
  plan.step({ op: 'gather', input: hidden, out: last });
  norm(weights.norm, last, last);
  plan.step({ op: 'project', input: last, products: [{ weight: weights.output, out: logits }], add: false });

  const draft = weights.draft && recordDraftHead(plan, config, weights.draft, attentionLayer);
  return { layers, head, draft, buffers: plan.buffers, logits };
}
