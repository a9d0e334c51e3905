import { LanternError } from '../errors.ts';
import { convChannels, type LayerType, type ModelConfig } from '../model/config.ts';
import { fp8Matrix } from './fp8-matrix.ts';
import { type GptqOptions, gptqMatrix } from './gptq-matrix.ts';
import { permuteColumnBlocks, permuteRowBlocks, tiledFromGrouped } from './permute.ts';
import { storedMatrix } from './stored-matrix.ts';
import type { TensorTable } from './tensor-table.ts';
import type {
  DraftWeights,
  FullAttentionWeights,
  LayerWeights,
  LinearAttentionWeights,
  ModelWeights,
  MoeMlpWeights,
  SwigluWeights,
  WeightMatrix,
} from './weights.ts';

/** How a checkpoint in Hugging Face layout stores what its names do not tell. */
export type HuggingFaceStorage = {
  /** Norms hold w and mean 1 + w. Files written by MLX hold the sum. */
  normsLessOne: boolean;
  /** Null unless the checkpoint is quantised with GPTQ. */
  gptq: GptqOptions | null;
};

/** Where the text model's tensors are: multimodal, text-only, MLX. */
const PREFIXES = ['model.language_model.', 'model.', 'language_model.model.'];
const OUTPUTS = ['lm_head', 'language_model.lm_head'];
const DRAFTS = ['mtp.', 'model.mtp.', 'language_model.mtp.', 'model.language_model.mtp.'];

/** The canonical weights from tensors named and arranged as in Hugging Face files; `draft`: the MTP module too. */
export function weightsFromHuggingFace(
  table: TensorTable,
  config: ModelConfig,
  storage: HuggingFaceStorage,
  draft = false,
): ModelWeights {
  const reader = new Reader(table, config, storage);
  const model = reader.model();
  return draft ? { ...model, draft: reader.draft(model) } : model;
}

class Reader {
  readonly #table: TensorTable;
  readonly #config: ModelConfig;
  readonly #storage: HuggingFaceStorage;
  /** Value heads of the canonical order, as they stand in the file; null where that is the same order. */
  readonly #order: Int32Array | null;

  constructor(table: TensorTable, config: ModelConfig, storage: HuggingFaceStorage) {
    this.#table = table;
    this.#config = config;
    this.#storage = storage;
    this.#order = tiledFromGrouped(config.linear.numKeyHeads, config.linear.numValueHeads);
  }

  model(): ModelWeights {
    const { vocabSize, hiddenSize, layerTypes, tieWordEmbeddings } = this.#config;
    const prefix = PREFIXES.find((p) => this.#table.find(`${p}embed_tokens.weight`)) ?? PREFIXES[0]!;
    const embedding = this.#linear(`${prefix}embed_tokens`, vocabSize, hiddenSize);
    const output = OUTPUTS.find((name) => this.#has(name)) ?? OUTPUTS[0]!;
    return {
      embedding,
      layers: layerTypes.map((type, n) => this.#layer(`${prefix}layers.${n}.`, type)),
      norm: this.#norm(`${prefix}norm.weight`, hiddenSize),
      output: tieWordEmbeddings ? embedding : this.#linear(output, vocabSize, hiddenSize),
      draft: null,
      vision: null,
    };
  }

  draft({ embedding, output }: ModelWeights): DraftWeights {
    const { hiddenSize } = this.#config;
    const at = DRAFTS.find((prefix) => this.#has(`${prefix}fc`)) ?? DRAFTS[0]!;
    const fc = this.#linear(`${at}fc`, hiddenSize, 2 * hiddenSize);
    const half = (n: number) => permuteColumnBlocks(fc, [n], hiddenSize, this.#table.staging);
    return {
      embeddingNorm: this.#norm(`${at}pre_fc_norm_embedding.weight`, hiddenSize),
      hiddenNorm: this.#norm(`${at}pre_fc_norm_hidden.weight`, hiddenSize),
      fromEmbedding: half(0),
      fromHidden: half(1),
      layer: this.#layer(`${at}layers.0.`, 'full_attention'),
      norm: this.#norm(`${at}norm.weight`, hiddenSize),
      embedding,
      output,
    };
  }

  #layer(at: string, type: LayerType): LayerWeights {
    const { hiddenSize, mlp } = this.#config;
    return {
      inputNorm: this.#norm(`${at}input_layernorm.weight`, hiddenSize),
      mixer:
        type === 'full_attention' ? this.#fullAttention(`${at}self_attn.`) : this.#linearAttention(`${at}linear_attn.`),
      postAttentionNorm: this.#norm(`${at}post_attention_layernorm.weight`, hiddenSize),
      mlp:
        mlp.kind === 'moe'
          ? this.#moe(`${at}mlp.`, mlp)
          : { kind: 'dense', ...this.#swiglu(`${at}mlp.`, mlp.intermediateSize) },
    };
  }

  #fullAttention(at: string): FullAttentionWeights {
    const { hiddenSize, attention } = this.#config;
    const { numHeads, numKeyValueHeads, headDim } = attention;
    return {
      type: 'full_attention',
      q: this.#linear(`${at}q_proj`, 2 * numHeads * headDim, hiddenSize),
      k: this.#linear(`${at}k_proj`, numKeyValueHeads * headDim, hiddenSize),
      v: this.#linear(`${at}v_proj`, numKeyValueHeads * headDim, hiddenSize),
      qNorm: this.#norm(`${at}q_norm.weight`, headDim),
      kNorm: this.#norm(`${at}k_norm.weight`, headDim),
      out: this.#linear(`${at}o_proj`, hiddenSize, numHeads * headDim),
    };
  }

  #linearAttention(at: string): LinearAttentionWeights {
    const { hiddenSize, linear } = this.#config;
    const { numValueHeads, valueHeadDim, convKernel } = linear;
    const channels = convChannels(linear);
    const values = numValueHeads * valueHeadDim;
    const firstValue = channels - values;
    const conv = this.#table.vector(`${at}conv1d.weight`, channels, 1, convKernel);
    const decay = this.#table.vector(`${at}A_log`, numValueHeads).map((x) => -Math.exp(x));
    return {
      type: 'linear_attention',
      qkv: this.#headRows(this.#linear(`${at}in_proj_qkv`, channels, hiddenSize), valueHeadDim, firstValue),
      z: this.#headRows(this.#linear(`${at}in_proj_z`, values, hiddenSize), valueHeadDim),
      b: this.#headRows(this.#linear(`${at}in_proj_b`, numValueHeads, hiddenSize), 1),
      a: this.#headRows(this.#linear(`${at}in_proj_a`, numValueHeads, hiddenSize), 1),
      conv: this.#heads(conv, valueHeadDim * convKernel, firstValue * convKernel),
      decay: this.#heads(decay, 1),
      dtBias: this.#heads(this.#table.vector(`${at}dt_bias`, numValueHeads), 1),
      norm: this.#table.vector(`${at}norm.weight`, valueHeadDim),
      out: this.#headColumns(this.#linear(`${at}out_proj`, hiddenSize, values), valueHeadDim),
    };
  }

  #moe(at: string, mlp: ModelConfig['mlp'] & { kind: 'moe' }): MoeMlpWeights {
    const { hiddenSize } = this.#config;
    return {
      kind: 'moe',
      router: this.#linear(`${at}gate`, mlp.numExperts, hiddenSize),
      experts: this.#experts(`${at}experts.`, mlp.numExperts, mlp.expertSize),
      shared: this.#swiglu(`${at}shared_expert.`, mlp.sharedExpertSize),
      sharedGate: this.#linear(`${at}shared_expert_gate`, 1, hiddenSize),
    };
  }

  /** Experts as two fused tensors (gate rows before up rows) or as three matrices each. */
  #experts(at: string, numExperts: number, expertSize: number): SwigluWeights[] {
    const { hiddenSize } = this.#config;
    const table = this.#table;
    if (!table.find(`${at}gate_up_proj`))
      return Array.from({ length: numExperts }, (_, e) => this.#swiglu(`${at}${e}.`, expertSize));
    const gateUp = table.need(`${at}gate_up_proj`, [numExperts, 2 * expertSize, hiddenSize]);
    const down = table.need(`${at}down_proj`, [numExperts, hiddenSize, expertSize]);
    return Array.from({ length: numExperts }, (_, e) => ({
      gate: storedMatrix(gateUp, expertSize, hiddenSize, table.staging, 2 * e * expertSize),
      up: storedMatrix(gateUp, expertSize, hiddenSize, table.staging, (2 * e + 1) * expertSize),
      down: storedMatrix(down, hiddenSize, expertSize, table.staging, e * hiddenSize),
    }));
  }

  #swiglu(at: string, size: number): SwigluWeights {
    const { hiddenSize } = this.#config;
    return {
      gate: this.#linear(`${at}gate_proj`, size, hiddenSize),
      up: this.#linear(`${at}up_proj`, size, hiddenSize),
      down: this.#linear(`${at}down_proj`, hiddenSize, size),
    };
  }

  #has(base: string): boolean {
    return this.#table.find(`${base}.weight`) !== undefined || this.#table.find(`${base}.qweight`) !== undefined;
  }

  /** A linear layer however it is stored: what lies beside its weight decides. */
  #linear(base: string, rows: number, columns: number): WeightMatrix {
    const table = this.#table;
    const qweight = table.find(`${base}.qweight`);
    if (qweight) {
      if (!this.#storage.gptq)
        throw new LanternError(
          'unsupported',
          `${qweight.source.name}: tensor ${qweight.name} is packed, but quantization_config says nothing of GPTQ`,
        );
      const tensors = {
        qweight,
        qzeros: table.need(`${base}.qzeros`),
        scales: table.need(`${base}.scales`),
        gIdx: table.find(`${base}.g_idx`),
      };
      return gptqMatrix(tensors, rows, columns, this.#storage.gptq, table.staging);
    }
    const weight = table.need(`${base}.weight`, [rows, columns]);
    if (weight.format !== 'F8_E4M3') return storedMatrix(weight, rows, columns, table.staging);
    const scale = table.need(`${base}.weight_scale_inv`, [Math.ceil(rows / 128), Math.ceil(columns / 128)]);
    return fp8Matrix(weight, scale, rows, columns, table.staging);
  }

  #norm(name: string, size: number): Float32Array {
    const stored = this.#table.vector(name, size);
    return this.#storage.normsLessOne ? stored.map((w) => 1 + w) : stored;
  }

  #headRows(matrix: WeightMatrix, headDim: number, start = 0): WeightMatrix {
    return this.#order ? permuteRowBlocks(matrix, this.#order, headDim, start, this.#table.staging) : matrix;
  }

  #headColumns(matrix: WeightMatrix, headDim: number): WeightMatrix {
    return this.#order ? permuteColumnBlocks(matrix, this.#order, headDim, this.#table.staging) : matrix;
  }

  #heads(vector: Float32Array, headSize: number, start = 0): Float32Array {
    if (!this.#order) return vector;
    const out = vector.slice();
    this.#order.forEach((head, n) => {
      out.set(vector.subarray(start + head * headSize, start + (head + 1) * headSize), start + n * headSize);
    });
    return out;
  }
}
