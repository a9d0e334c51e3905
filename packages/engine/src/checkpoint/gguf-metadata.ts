import type { ModelConfig } from '../model/config.ts';
import type { TokenizerSource } from '../tokenizer/source.ts';
import { layersByInterval } from './check-config.ts';
import type { GgufEntry } from './gguf-header.ts';
import { isJsonObject, jsonObject } from './json.ts';

/** The metadata that describes a text model: what `configFromGguf` reads back. */
export function ggufConfigMetadata(config: ModelConfig): Map<string, GgufEntry> {
  const { attention, linear, rope, mlp, layerTypes } = config;
  const architecture = mlp.kind === 'moe' ? 'qwen35moe' : 'qwen35';
  const metadata = new Map<string, GgufEntry>([['general.architecture', { type: 'string', value: architecture }]]);
  const add = (name: string, entry: GgufEntry) => metadata.set(`${architecture}.${name}`, entry);
  const size = (name: string, value: number) => add(name, { type: 'u32', value });

  size('block_count', layerTypes.length);
  size('context_length', config.maxPositionEmbeddings);
  size('embedding_length', config.hiddenSize);
  if (mlp.kind === 'dense') size('feed_forward_length', mlp.intermediateSize);
  else {
    size('expert_count', mlp.numExperts);
    size('expert_used_count', mlp.numExpertsPerToken);
    size('expert_feed_forward_length', mlp.expertSize);
    size('expert_shared_feed_forward_length', mlp.sharedExpertSize);
  }
  size('attention.head_count', attention.numHeads);
  size('attention.head_count_kv', attention.numKeyValueHeads);
  size('attention.key_length', attention.headDim);
  size('attention.value_length', attention.headDim);
  add('attention.layer_norm_rms_epsilon', { type: 'f32', value: config.rmsNormEps });
  add('rope.freq_base', { type: 'f32', value: rope.theta });
  size('rope.dimension_count', rope.dim);
  add('rope.dimension_sections', { type: 'i32s', value: [...rope.sections, 0] });
  if (rope.yarn) {
    add('rope.scaling.type', { type: 'string', value: 'yarn' });
    add('rope.scaling.factor', { type: 'f32', value: rope.yarn.factor });
    size('rope.scaling.original_context_length', rope.yarn.originalMaxPositionEmbeddings);
  }
  size('ssm.conv_kernel', linear.convKernel);
  size('ssm.state_size', linear.keyHeadDim);
  size('ssm.group_count', linear.numKeyHeads);
  size('ssm.time_step_rank', linear.numValueHeads);
  size('ssm.inner_size', linear.numValueHeads * linear.valueHeadDim);
  const interval = layerTypes.indexOf('full_attention') + 1;
  const regular = interval > 0 && layersByInterval(layerTypes.length, interval).join() === layerTypes.join();
  if (regular) size('full_attention_interval', interval);
  else
    add('attention.recurrent_layers', { type: 'bools', value: layerTypes.map((type) => type === 'linear_attention') });
  return metadata;
}

/** The `tokenizer.*` metadata, from either kind of source. Rows of the embedding beyond the vocabulary stay unused. */
export function ggufTokenizerMetadata(
  source: TokenizerSource,
  chatTemplate: string | null,
  vocabSize: number,
): Map<string, GgufEntry> {
  const gguf = source.kind === 'gguf' ? source : ggufFromJson(source.tokenizerJson);
  const tokens = [...gguf.tokens];
  const types = gguf.tokenTypes ? [...gguf.tokenTypes] : tokens.map(() => NORMAL);
  while (tokens.length < vocabSize) {
    types.push(UNUSED);
    tokens.push(`[PAD${tokens.length}]`);
  }
  const metadata = new Map<string, GgufEntry>([
    ['tokenizer.ggml.model', { type: 'string', value: gguf.model }],
    ['tokenizer.ggml.tokens', { type: 'strings', value: tokens }],
    ['tokenizer.ggml.token_type', { type: 'i32s', value: types }],
    ['tokenizer.ggml.merges', { type: 'strings', value: gguf.merges }],
    ['tokenizer.ggml.add_bos_token', { type: 'bool', value: false }],
  ]);
  if (gguf.pre !== null) metadata.set('tokenizer.ggml.pre', { type: 'string', value: gguf.pre });
  const ids = { eos: gguf.eosTokenId, bos: gguf.bosTokenId, padding: gguf.paddingTokenId };
  for (const [name, value] of Object.entries(ids))
    if (value !== null) metadata.set(`tokenizer.ggml.${name}_token_id`, { type: 'u32', value });
  if (chatTemplate !== null) metadata.set('tokenizer.chat_template', { type: 'string', value: chatTemplate });
  return metadata;
}

const NORMAL = 1;
const CONTROL = 3;
const USER_DEFINED = 4;
const UNUSED = 5;

/** The tables of a byte-level BPE `tokenizer.json` as GGUF keeps them; a turn's end, if known by name, ends the text. */
function ggufFromJson(text: string): TokenizerSource & { kind: 'gguf' } {
  const json = jsonObject(text, 'tokenizer.json');
  const model = isJsonObject(json.model) ? json.model : {};
  const tokens: string[] = [];
  const tokenTypes: number[] = [];
  const put = (id: number, token: string, type: number) => {
    while (tokens.length <= id) {
      tokenTypes.push(UNUSED);
      tokens.push(`[PAD${tokens.length}]`);
    }
    tokens[id] = token;
    tokenTypes[id] = type;
  };
  for (const [token, id] of Object.entries(isJsonObject(model.vocab) ? model.vocab : {}))
    put(id as number, token, NORMAL);
  for (const { id, content, special } of Array.isArray(json.added_tokens) ? json.added_tokens : [])
    put(id, content, special ? CONTROL : USER_DEFINED);
  const merges = Array.isArray(model.merges) ? model.merges : [];
  const idOf = (token: string) => (tokens.includes(token) ? tokens.indexOf(token) : null);
  return {
    kind: 'gguf',
    model: 'gpt2',
    pre: 'qwen35',
    tokens,
    tokenTypes,
    merges: merges.map((merge) => (Array.isArray(merge) ? merge.join(' ') : String(merge))),
    eosTokenId: idOf('<|im_end|>'),
    bosTokenId: null,
    paddingTokenId: idOf('<|endoftext|>'),
  };
}
