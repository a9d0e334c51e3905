import { rowsToFloats } from '../../packages/engine/src/checkpoint/blocks/rows-to-floats.ts';
import { memorySource } from '../../packages/engine/src/checkpoint/byte-source.ts';
import type { StoredTensor } from '../../packages/engine/src/checkpoint/stored-tensor.ts';
import { tensorsOfConfig } from '../../packages/engine/src/checkpoint/tensors-of-config.ts';
import type { LayerWeights, ModelWeights, WeightMatrix } from '../../packages/engine/src/checkpoint/weights.ts';
import type { ModelConfig } from '../../packages/engine/src/model/config.ts';
import { quantize } from './quantize.ts';

/** The tensors of a model that was read from anywhere, its matrices rounded to a format, everything else in F32. */
export function trainedTensors(config: ModelConfig, weights: ModelWeights, format: string): StoredTensor[] {
  return tensorsOfConfig(config).map(({ name, shape, role }) => {
    const values = numbersOf(weights, name);
    const bytes = role === 'matrix' ? quantize(values, format) : new Uint8Array(values.buffer);
    const stored = role === 'matrix' ? format.toUpperCase() : 'F32';
    return { name, format: stored, shape, source: memorySource(name, bytes), offset: 0, bytes: bytes.length };
  });
}

type Part = Float32Array | WeightMatrix | WeightMatrix[];

/** All numbers of the tensor that GGUF calls `name`. */
function numbersOf(weights: ModelWeights, name: string): Float32Array {
  const layer = /^blk\.(\d+)\.(.+)$/.exec(name);
  const parts: Readonly<Record<string, Part>> = layer
    ? partsOfLayer(weights.layers[Number(layer[1])]!)
    : {
        'token_embd.weight': weights.embedding,
        'output_norm.weight': weights.norm,
        'output.weight': weights.output,
      };
  const part = parts[layer ? layer[2]! : name];
  if (!part) throw new TypeError(`nothing is known of tensor ${name}`);
  if (part instanceof Float32Array) return part.slice();
  return concatenated([part].flat().map(floatsOf));
}

function partsOfLayer({ inputNorm, mixer, postAttentionNorm, mlp }: LayerWeights): Record<string, Part> {
  const mixed: Record<string, Part> =
    mixer.type === 'full_attention'
      ? {
          'attn_q.weight': mixer.q,
          'attn_k.weight': mixer.k,
          'attn_v.weight': mixer.v,
          'attn_output.weight': mixer.out,
          'attn_q_norm.weight': mixer.qNorm,
          'attn_k_norm.weight': mixer.kNorm,
        }
      : {
          'attn_qkv.weight': mixer.qkv,
          'attn_gate.weight': mixer.z,
          'ssm_beta.weight': mixer.b,
          'ssm_alpha.weight': mixer.a,
          'ssm_conv1d.weight': mixer.conv,
          ssm_a: mixer.decay,
          'ssm_dt.bias': mixer.dtBias,
          'ssm_norm.weight': mixer.norm,
          'ssm_out.weight': mixer.out,
        };
  const fed: Record<string, Part> =
    mlp.kind === 'dense'
      ? { 'ffn_gate.weight': mlp.gate, 'ffn_up.weight': mlp.up, 'ffn_down.weight': mlp.down }
      : {
          'ffn_gate_inp.weight': mlp.router,
          'ffn_gate_exps.weight': mlp.experts.map(({ gate }) => gate),
          'ffn_up_exps.weight': mlp.experts.map(({ up }) => up),
          'ffn_down_exps.weight': mlp.experts.map(({ down }) => down),
          'ffn_gate_inp_shexp.weight': mlp.sharedGate,
          'ffn_gate_shexp.weight': mlp.shared.gate,
          'ffn_up_shexp.weight': mlp.shared.up,
          'ffn_down_shexp.weight': mlp.shared.down,
        };
  return { 'attn_norm.weight': inputNorm, 'post_attention_norm.weight': postAttentionNorm, ...mixed, ...fed };
}

function floatsOf(matrix: WeightMatrix): Float32Array {
  const values = new Float32Array(matrix.rows * matrix.columns);
  rowsToFloats(matrix.read(0, matrix.rows), matrix.encoding, matrix.columns, values);
  return values;
}

function concatenated(pieces: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
