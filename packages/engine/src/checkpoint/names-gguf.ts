import { convChannels, type LayerType, type ModelConfig } from '../model/config.ts';
import { permuteColumnBlocks } from './permute.ts';
import { storedMatrix } from './stored-matrix.ts';
import type { TensorTable } from './tensor-table.ts';
import type {
  DraftWeights,
  FullAttentionWeights,
  LayerWeights,
  LinearAttentionWeights,
  ModelWeights,
  MoeMlpWeights,
  WeightMatrix,
} from './weights.ts';

/**
 * The canonical weights from tensors named and arranged as in GGUF: norms, decay and value heads are already as they
 * should be. `draft`: the MTP module too.
 */
export function weightsFromGguf(table: TensorTable, config: ModelConfig, draft = false): ModelWeights {
  const { vocabSize, hiddenSize } = config;
  const embedding = table.matrix('token_embd.weight', vocabSize, hiddenSize);
  const output = config.tieWordEmbeddings ? embedding : table.matrix('output.weight', vocabSize, hiddenSize);
  return {
    embedding,
    layers: config.layerTypes.map((type, n) => layerWeights(table, config, n, type)),
    norm: table.vector('output_norm.weight', hiddenSize),
    output,
    draft: draft ? draftWeights(table, config, embedding, output) : null,
    vision: null,
  };
}

/** The block after the model's own, with what GGUF calls "nextn" beside it. */
function draftWeights(
  table: TensorTable,
  config: ModelConfig,
  embedding: WeightMatrix,
  output: WeightMatrix,
): DraftWeights {
  const { vocabSize, hiddenSize, layerTypes } = config;
  const n = layerTypes.length;
  const at = `blk.${n}.nextn.`;
  const fc = table.matrix(`${at}eh_proj.weight`, hiddenSize, 2 * hiddenSize);
  const half = (which: number) => permuteColumnBlocks(fc, [which], hiddenSize, table.staging);
  const own = (name: string, shared: WeightMatrix) =>
    table.find(`${at}${name}`) ? table.matrix(`${at}${name}`, vocabSize, hiddenSize) : shared;
  return {
    embeddingNorm: table.vector(`${at}enorm.weight`, hiddenSize),
    hiddenNorm: table.vector(`${at}hnorm.weight`, hiddenSize),
    fromEmbedding: half(0),
    fromHidden: half(1),
    layer: layerWeights(table, config, n, 'full_attention'),
    norm: table.vector(`${at}shared_head_norm.weight`, hiddenSize),
    embedding: own('embed_tokens.weight', embedding),
    output: own('shared_head_head.weight', output),
  };
}

function layerWeights(table: TensorTable, config: ModelConfig, n: number, type: LayerType): LayerWeights {
  const { hiddenSize, mlp } = config;
  const at = `blk.${n}.`;
  return {
    inputNorm: table.vector(`${at}attn_norm.weight`, hiddenSize),
    mixer: type === 'full_attention' ? fullAttention(table, config, at) : linearAttention(table, config, at),
    postAttentionNorm: table.vector(`${at}post_attention_norm.weight`, hiddenSize),
    mlp:
      mlp.kind === 'moe'
        ? moeWeights(table, config, mlp, at)
        : { kind: 'dense', ...swiglu(table, `${at}ffn_`, '.weight', mlp.intermediateSize, hiddenSize) },
  };
}

function fullAttention(table: TensorTable, { hiddenSize, attention }: ModelConfig, at: string): FullAttentionWeights {
  const { numHeads, numKeyValueHeads, headDim } = attention;
  return {
    type: 'full_attention',
    q: table.matrix(`${at}attn_q.weight`, 2 * numHeads * headDim, hiddenSize),
    k: table.matrix(`${at}attn_k.weight`, numKeyValueHeads * headDim, hiddenSize),
    v: table.matrix(`${at}attn_v.weight`, numKeyValueHeads * headDim, hiddenSize),
    qNorm: table.vector(`${at}attn_q_norm.weight`, headDim),
    kNorm: table.vector(`${at}attn_k_norm.weight`, headDim),
    out: table.matrix(`${at}attn_output.weight`, hiddenSize, numHeads * headDim),
  };
}

function linearAttention(table: TensorTable, { hiddenSize, linear }: ModelConfig, at: string): LinearAttentionWeights {
  const { numValueHeads, valueHeadDim, convKernel } = linear;
  const channels = convChannels(linear);
  const values = numValueHeads * valueHeadDim;
  return {
    type: 'linear_attention',
    qkv: table.matrix(`${at}attn_qkv.weight`, channels, hiddenSize),
    z: table.matrix(`${at}attn_gate.weight`, values, hiddenSize),
    b: table.matrix(`${at}ssm_beta.weight`, numValueHeads, hiddenSize),
    a: table.matrix(`${at}ssm_alpha.weight`, numValueHeads, hiddenSize),
    conv: table.vector(`${at}ssm_conv1d.weight`, channels, convKernel),
    decay: table.vector(`${at}ssm_a`, numValueHeads),
    dtBias: table.vector(`${at}ssm_dt.bias`, numValueHeads),
    norm: table.vector(`${at}ssm_norm.weight`, valueHeadDim),
    out: table.matrix(`${at}ssm_out.weight`, hiddenSize, values),
  };
}

function moeWeights(
  table: TensorTable,
  { hiddenSize }: ModelConfig,
  { numExperts, expertSize, sharedExpertSize }: ModelConfig['mlp'] & { kind: 'moe' },
  at: string,
): MoeMlpWeights {
  const { staging } = table;
  const fused = table.find(`${at}ffn_gate_up_exps.weight`) !== undefined;
  const gate = fused
    ? table.need(`${at}ffn_gate_up_exps.weight`, [numExperts, 2 * expertSize, hiddenSize])
    : table.need(`${at}ffn_gate_exps.weight`, [numExperts, expertSize, hiddenSize]);
  const up = fused ? gate : table.need(`${at}ffn_up_exps.weight`, [numExperts, expertSize, hiddenSize]);
  const down = table.need(`${at}ffn_down_exps.weight`, [numExperts, hiddenSize, expertSize]);
  const stride = fused ? 2 * expertSize : expertSize;
  return {
    kind: 'moe',
    router: table.matrix(`${at}ffn_gate_inp.weight`, numExperts, hiddenSize),
    experts: Array.from({ length: numExperts }, (_, e) => ({
      gate: storedMatrix(gate, expertSize, hiddenSize, staging, e * stride),
      up: storedMatrix(up, expertSize, hiddenSize, staging, e * stride + (fused ? expertSize : 0)),
      down: storedMatrix(down, hiddenSize, expertSize, staging, e * hiddenSize),
    })),
    shared: swiglu(table, `${at}ffn_`, '_shexp.weight', sharedExpertSize, hiddenSize),
    sharedGate: table.matrix(`${at}ffn_gate_inp_shexp.weight`, 1, hiddenSize),
  };
}

function swiglu(table: TensorTable, prefix: string, suffix: string, size: number, hiddenSize: number) {
  return {
    gate: table.matrix(`${prefix}gate${suffix}`, size, hiddenSize),
    up: table.matrix(`${prefix}up${suffix}`, size, hiddenSize),
    down: table.matrix(`${prefix}down${suffix}`, hiddenSize, size),
  };
}
