import type { DraftWeights } from '../checkpoint/weights.ts';
import type { ModelConfig } from './config.ts';
import { gatedAttention, mlp, queriesIntoCache } from './layers.ts';
import type { Buffer, DraftPlan } from './plan.ts';
import type { PlanRecorder } from './plan-recorder.ts';

/**
 * The MTP module as a draft head: from a token and the final hidden state of the token before it, the logits of the
 * token after it.
 *
 *   h = fromEmbedding · norm(embed(token)) + fromHidden · norm(hidden state before)
 *   h += attention(norm(h));   h += mlp(norm(h))
 *   logits = output · norm(h)
 *
 * It stands where the hidden state comes from, so its rotary positions are those of the token before.
 *
 * To guess on, norm(h) stands in for the hidden state that only the model itself would know. `attentionLayer` is the
 * place of its keys and values in the cache; they are always made of true hidden states, for what guesses left there is
 * written over.
 */
export function recordDraftHead(
  plan: PlanRecorder,
  config: ModelConfig,
  w: DraftWeights,
  attentionLayer: number,
): DraftPlan {
  const { hiddenSize, vocabSize, rmsNormEps: eps } = config;
  if (w.layer.mixer.type !== 'full_attention') throw new TypeError('the layer of the draft head has no attention');
  const attention = w.layer.mixer;
  const previous = plan.tokens('previous hidden', hiddenSize);
  const embedded = plan.tokens('draft embedding', hiddenSize);
  const hidden = plan.tokens('draft hidden', hiddenSize);
  const normed = plan.tokens('normed', hiddenSize);
  const norm = (weight: Float32Array, input: Buffer, out = normed) =>
    plan.step({ op: 'norm', input, weight, eps, out });
  const enter = () => {
    plan.step({ op: 'embed', table: w.embedding, out: embedded });
    norm(w.embeddingNorm, embedded);
    plan.step({ op: 'project', input: normed, products: [{ weight: w.fromEmbedding, out: hidden }], add: false });
    norm(w.hiddenNorm, previous);
    plan.step({ op: 'project', input: normed, products: [{ weight: w.fromHidden, out: hidden }], add: true });
    norm(w.layer.inputNorm, hidden);
  };

  const fill = plan.begin();
  enter();
  queriesIntoCache(plan, config, attention, attentionLayer, normed, 'before');

  const layers = plan.begin();
  plan.step({ op: 'recall', input: null, out: previous });
  enter();
  gatedAttention(plan, config, attention, attentionLayer, normed, hidden, 'before');
  norm(w.layer.postAttentionNorm, hidden);
  mlp(plan, config, w.layer.mlp, normed, hidden);
  const final = plan.tokens('final hidden', hiddenSize);
  norm(w.norm, hidden, final);
  plan.step({ op: 'remember', input: final });

  const head = plan.begin();
  const last = plan.outputs('last hidden', hiddenSize);
  plan.step({ op: 'gather', input: final, out: last });
  const logits = plan.outputs('logits', vocabSize);
  plan.step({ op: 'project', input: last, products: [{ weight: w.output, out: logits }], add: false });
  return { fill, layers, head };
}
