import type { SwigluWeights, WeightMatrix } from '../checkpoint/weights.ts';

/**
 * The vocabulary in which a model is told to a backend. A plan is recorded once per model and replayed for every
 * batch; how many rows and which sequences is data of the batch (see batch.ts), so nothing is planned per token.
 *
 * Shapes below leave out the leading number of rows. Every activation is f32.
 */
export type Plan = {
  /** Runs on every token of a batch. */
  layers: Step[];
  /** Runs on the rows whose logits are wanted. */
  head: Step[];
  /** Null where the weights have no draft head. */
  draft: DraftPlan | null;
  buffers: Buffer[];
  /** The buffer that every head fills with logits, [vocabSize]. */
  logits: Buffer;
};

/** How the draft head keeps up with the model, and how it guesses. Its attention layer has a place in the cache like any other. */
export type DraftPlan = {
  /** Runs after `layers` on the same tokens, as `lagging` gives them: keys and values of the head's own cache. */
  fill: Step[];
  /** Runs on a batch of guesses, which has one token of each sequence. */
  layers: Step[];
  /** Runs on the rows of it whose logits are wanted. */
  head: Step[];
};

/** An activation: one row of `width` numbers for each token, or for each wanted output. */
export type Buffer = BufferOf<'tokens' | 'outputs'>;

/** One row of `width` numbers for each of what `rows` names. */
export type BufferOf<Rows extends string> = { id: number; name: string; width: number; rows: Rows };

export type Step =
  | EmbedStep
  | NormStep
  | ProjectStep
  | ConvolveStep
  | DeltaRuleStep
  | RopeStep
  | AttendStep
  | SwigluStep
  | ExpertsStep
  | AddGatedStep
  | GatherStep
  | RecallStep
  | RememberStep;

/** out = table[token id], or what was seen in place of the token */
export type EmbedStep = { op: 'embed'; table: WeightMatrix; out: Buffer };

/** out = input / sqrt(mean(input²) + eps) ⊙ weight */
export type NormStep = { op: 'norm'; input: Buffer; weight: Float32Array; eps: number; out: Buffer };

/** out_i = W_i · input for each product, or out_i += W_i · input where `add`. */
export type ProjectStep = {
  op: 'project';
  input: Buffer;
  products: { weight: WeightMatrix; out: Buffer }[];
  add: boolean;
};

/**
 * The front of Gated DeltaNet, in place on qkv [convChannels]: causal depthwise convolution over time and silu on
 * all channels, then every head of q and k divided by sqrt(Σx² + 1e-6), q also by √keyHeadDim. Moves the sequence's
 * convolution state. And for each value head
 *
 *   b ← σ(b),   a ← exp(decay · softplus(a + dtBias))      (write strength; share of the state that stays)
 */
export type ConvolveStep = {
  op: 'convolve';
  /** Counts the linear layers from 0: the place in a sequence's recurrent state. */
  linearLayer: number;
  qkv: Buffer;
  a: Buffer;
  b: Buffer;
  /** [convChannels, convKernel] */
  weight: Float32Array;
  decay: Float32Array;
  dtBias: Float32Array;
};

/**
 * The gated delta rule for each value head h, with key head h mod numKeyHeads, over the tokens of each sequence in turn:
 *
 *   S ← a·S;   S ← S + k ⊗ b·(v − Sᵀk);   o = Sᵀq
 *
 * then out = o / sqrt(mean(o²) + eps) ⊙ norm ⊙ silu(z). How S is laid out is the backend's affair.
 */
export type DeltaRuleStep = {
  op: 'delta-rule';
  linearLayer: number;
  qkv: Buffer;
  a: Buffer;
  b: Buffer;
  z: Buffer;
  /** [valueHeadDim] */
  norm: Float32Array;
  eps: number;
  /** [numValueHeads · valueHeadDim] */
  out: Buffer;
};

/**
 * Norms each head of q and k, rotates its leading dimensions by the positions of the token, or of the token before it
 * (where the draft head stands), and appends k and v to the sequence's cache. q is changed in place; the gates between its heads stay as they are.
 */
export type RopeStep = {
  op: 'rope';
  positions: 'own' | 'before';
  /** Counts the full-attention layers from 0: the place in a sequence's cache. */
  attentionLayer: number;
  /** [numHeads · 2 · headDim] */
  q: Buffer;
  k: Buffer;
  v: Buffer;
  qNorm: Float32Array;
  kNorm: Float32Array;
  eps: number;
};

/** out_h = σ(gate_h) ⊙ softmax(q_h·K / √headDim) · V, causal over the sequence's cache. */
export type AttendStep = { op: 'attend'; attentionLayer: number; q: Buffer; out: Buffer };

/** out = silu(gate) ⊙ up */
export type SwigluStep = { op: 'swiglu'; gate: Buffer; up: Buffer; out: Buffer };

/**
 * hidden += Σ_e share_e · down_e(silu(gate_e·input) ⊙ up_e·input) over the `perToken` experts with the highest
 * router logits; shares are the softmax over all experts, renormalised over the chosen (that is, a softmax over the
 * chosen). Of equal logits the lower expert wins.
 */
export type ExpertsStep = {
  op: 'experts';
  input: Buffer;
  /** [numExperts] */
  router: Buffer;
  experts: SwigluWeights[];
  perToken: number;
  hidden: Buffer;
};

/** hidden += σ(gate) · value, one gate a row */
export type AddGatedStep = { op: 'add-gated'; gate: Buffer; value: Buffer; hidden: Buffer };

/** out = the rows of input whose logits are wanted, in their order */
export type GatherStep = { op: 'gather'; input: Buffer; out: Buffer };

/**
 * out = of the first token of each sequence what its state remembers, of every other the input row of the token before.
 * Without an input every sequence has one token.
 */
export type RecallStep = { op: 'recall'; input: Buffer | null; out: Buffer };

/** Each sequence's state remembers the input row of its last token. */
export type RememberStep = { op: 'remember'; input: Buffer };
