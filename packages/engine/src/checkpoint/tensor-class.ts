import type { TensorInfo } from './checkpoint.ts';

/** What a tensor is for, in the words in which people speak of quantisation mixes. */
export type TensorClass =
  | 'embedding'
  | 'attention'
  | 'linear attention'
  | 'mlp'
  | 'experts'
  | 'norms'
  | 'output'
  | 'vision'
  | 'mtp';

/** The class of a tensor by its name, in Hugging Face's or in GGUF's spelling. */
export function tensorClass({ name, part }: Pick<TensorInfo, 'name' | 'part'>): TensorClass {
  if (part !== 'text') return part;
  if (/embed_tokens|token_embd/.test(name)) return 'embedding';
  if (/lm_head|^output\./.test(name)) return 'output';
  if (/norm\b|norm\./.test(name)) return 'norms';
  if (/\.experts\.|_exps\b/.test(name)) return 'experts';
  if (/linear_attn|ssm_|attn_qkv|attn_gate/.test(name)) return 'linear attention';
  return /self_attn|attn_/.test(name) ? 'attention' : 'mlp';
}
