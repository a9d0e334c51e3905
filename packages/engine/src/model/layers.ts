import type {
  FullAttentionWeights,
  LayerWeights,
  LinearAttentionWeights,
  MoeMlpWeights,
  SwigluWeights,
} from '../checkpoint/weights.ts';
import { convChannels, type ModelConfig } from './config.ts';
import type { Buffer, RopeStep } from './plan.ts';
import type { PlanRecorder } from './plan-recorder.ts';

/** Linear attention whose state forgets by a gate and is corrected by the delta rule. */
export function gatedDeltaNet(
  plan: PlanRecorder,
  config: ModelConfig,
  w: LinearAttentionWeights,
  linearLayer: number,
  normed: Buffer,
  hidden: Buffer,
): void {
  const { numValueHeads, valueHeadDim } = config.linear;
  const valueWidth = numValueHeads * valueHeadDim;
  const qkv = plan.tokens('qkv', convChannels(config.linear));
  const z = plan.tokens('z', valueWidth);
  const b = plan.tokens('b', numValueHeads);
  const a = plan.tokens('a', numValueHeads);
  const mixed = plan.tokens('mixed', valueWidth);

  const products = [
    { weight: w.qkv, out: qkv },
    { weight: w.z, out: z },
    { weight: w.b, out: b },
    { weight: w.a, out: a },
  ];
  plan.step({ op: 'project', input: normed, products, add: false });
  plan.step({ op: 'convolve', linearLayer, qkv, a, b, weight: w.conv, decay: w.decay, dtBias: w.dtBias });
  plan.step({ op: 'delta-rule', linearLayer, qkv, a, b, z, norm: w.norm, eps: config.rmsNormEps, out: mixed });
  plan.step({ op: 'project', input: mixed, products: [{ weight: w.out, out: hidden }], add: true });
}

/** Softmax attention over the cache, each head's answer scaled by a gate of its own. */
export function gatedAttention(
  plan: PlanRecorder,
  config: ModelConfig,
  w: FullAttentionWeights,
  attentionLayer: number,
  normed: Buffer,
  hidden: Buffer,
  positions: RopeStep['positions'] = 'own',
): void {
  const { numHeads, headDim } = config.attention;
  const mixed = plan.tokens('attended', numHeads * headDim);
  const q = queriesIntoCache(plan, config, w, attentionLayer, normed, positions);
  plan.step({ op: 'attend', attentionLayer, q, out: mixed });
  plan.step({ op: 'project', input: mixed, products: [{ weight: w.out, out: hidden }], add: true });
}

/** The front of gated attention: keys and values go to the cache, queries come back. */
export function queriesIntoCache(
  plan: PlanRecorder,
  config: ModelConfig,
  w: FullAttentionWeights,
  attentionLayer: number,
  normed: Buffer,
  positions: RopeStep['positions'],
): Buffer {
  const { numHeads, numKeyValueHeads, headDim } = config.attention;
  const q = plan.tokens('q', 2 * numHeads * headDim);
  const k = plan.tokens('k', numKeyValueHeads * headDim);
  const v = plan.tokens('v', numKeyValueHeads * headDim);

  const products = [
    { weight: w.q, out: q },
    { weight: w.k, out: k },
    { weight: w.v, out: v },
  ];
  plan.step({ op: 'project', input: normed, products, add: false });
  const norms = { qNorm: w.qNorm, kNorm: w.kNorm, eps: config.rmsNormEps };
  plan.step({ op: 'rope', positions, attentionLayer, q, k, v, ...norms });
  return q;
}

/** hidden += mlp(normed) */
export function mlp(
  plan: PlanRecorder,
  config: ModelConfig,
  w: LayerWeights['mlp'],
  normed: Buffer,
  hidden: Buffer,
): void {
  if (w.kind === 'dense') swigluMlp(plan, w, normed, hidden);
  else mixtureOfExperts(plan, config, w, normed, hidden);
}

function swigluMlp(plan: PlanRecorder, w: SwigluWeights, normed: Buffer, hidden: Buffer): void {
  const gate = plan.tokens('mlp gate', w.gate.rows);
  const up = plan.tokens('mlp up', w.up.rows);
  const products = [
    { weight: w.gate, out: gate },
    { weight: w.up, out: up },
  ];
  plan.step({ op: 'project', input: normed, products, add: false });
  plan.step({ op: 'swiglu', gate, up, out: gate });
  plan.step({ op: 'project', input: gate, products: [{ weight: w.down, out: hidden }], add: true });
}

/** A few routed experts and one shared expert behind a gate. */
function mixtureOfExperts(
  plan: PlanRecorder,
  config: ModelConfig,
  w: MoeMlpWeights,
  normed: Buffer,
  hidden: Buffer,
): void {
  if (config.mlp.kind !== 'moe') throw new TypeError('experts in a model whose config has none');
  const router = plan.tokens('router', w.router.rows);
  const sharedGate = plan.tokens('shared gate', 1);
  const gate = plan.tokens('mlp gate', w.shared.gate.rows);
  const up = plan.tokens('mlp up', w.shared.up.rows);
  const shared = plan.tokens('shared', config.hiddenSize);

  const products = [
    { weight: w.router, out: router },
    { weight: w.sharedGate, out: sharedGate },
    { weight: w.shared.gate, out: gate },
    { weight: w.shared.up, out: up },
  ];
  const perToken = config.mlp.numExpertsPerToken;
  plan.step({ op: 'project', input: normed, products, add: false });
  plan.step({ op: 'experts', input: normed, router, experts: w.experts, perToken, hidden });
  plan.step({ op: 'swiglu', gate, up, out: gate });
  plan.step({ op: 'project', input: gate, products: [{ weight: w.shared.down, out: shared }], add: false });
  plan.step({ op: 'add-gated', gate: sharedGate, value: shared, hidden });
}
