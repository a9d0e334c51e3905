import { convChannels, type ModelConfig } from '../model/config.ts';

/** What a tensor's numbers are for: how random ones should be spread. */
export type TensorRole = 'matrix' | 'router' | 'norm' | 'conv' | 'decay' | 'dtBias';
/** A tensor that a model needs. */
export type TensorPlan = { name: string; shape: number[]; role: TensorRole };

/** Names (as in GGUF), shapes and roles of all tensors that a text model of this config consists of. */
export function tensorsOfConfig(config: ModelConfig): TensorPlan[] {
  const { vocabSize, hiddenSize, attention, linear, mlp } = config;
  const tensors: TensorPlan[] = [];
  const add = (role: TensorRole, name: string, ...shape: number[]) => tensors.push({ name, shape, role });
  const channels = convChannels(linear);
  const values = linear.numValueHeads * linear.valueHeadDim;

  add('matrix', 'token_embd.weight', vocabSize, hiddenSize);
  config.layerTypes.forEach((type, n) => {
    const at = `blk.${n}.`;
    add('norm', `${at}attn_norm.weight`, hiddenSize);
    add('norm', `${at}post_attention_norm.weight`, hiddenSize);
    if (type === 'full_attention') {
      const { numHeads, numKeyValueHeads, headDim } = attention;
      add('matrix', `${at}attn_q.weight`, 2 * numHeads * headDim, hiddenSize);
      add('matrix', `${at}attn_k.weight`, numKeyValueHeads * headDim, hiddenSize);
      add('matrix', `${at}attn_v.weight`, numKeyValueHeads * headDim, hiddenSize);
      add('matrix', `${at}attn_output.weight`, hiddenSize, numHeads * headDim);
      add('norm', `${at}attn_q_norm.weight`, headDim);
      add('norm', `${at}attn_k_norm.weight`, headDim);
    } else {
      add('matrix', `${at}attn_qkv.weight`, channels, hiddenSize);
      add('matrix', `${at}attn_gate.weight`, values, hiddenSize);
      add('matrix', `${at}ssm_beta.weight`, linear.numValueHeads, hiddenSize);
      add('matrix', `${at}ssm_alpha.weight`, linear.numValueHeads, hiddenSize);
      add('conv', `${at}ssm_conv1d.weight`, channels, linear.convKernel);
      add('decay', `${at}ssm_a`, linear.numValueHeads);
      add('dtBias', `${at}ssm_dt.bias`, linear.numValueHeads);
      add('norm', `${at}ssm_norm.weight`, linear.valueHeadDim);
      add('matrix', `${at}ssm_out.weight`, hiddenSize, values);
    }
    if (mlp.kind === 'dense') {
      add('matrix', `${at}ffn_gate.weight`, mlp.intermediateSize, hiddenSize);
      add('matrix', `${at}ffn_up.weight`, mlp.intermediateSize, hiddenSize);
      add('matrix', `${at}ffn_down.weight`, hiddenSize, mlp.intermediateSize);
    } else {
      const { numExperts, expertSize, sharedExpertSize } = mlp;
      add('router', `${at}ffn_gate_inp.weight`, numExperts, hiddenSize);
      add('matrix', `${at}ffn_gate_exps.weight`, numExperts, expertSize, hiddenSize);
      add('matrix', `${at}ffn_up_exps.weight`, numExperts, expertSize, hiddenSize);
      add('matrix', `${at}ffn_down_exps.weight`, numExperts, hiddenSize, expertSize);
      add('router', `${at}ffn_gate_inp_shexp.weight`, hiddenSize);
      add('matrix', `${at}ffn_gate_shexp.weight`, sharedExpertSize, hiddenSize);
      add('matrix', `${at}ffn_up_shexp.weight`, sharedExpertSize, hiddenSize);
      add('matrix', `${at}ffn_down_shexp.weight`, hiddenSize, sharedExpertSize);
    }
  });
  add('norm', 'output_norm.weight', hiddenSize);
  if (!config.tieWordEmbeddings) add('matrix', 'output.weight', vocabSize, hiddenSize);
  return tensors;
}
