import type { CheckpointDescription, FormatDescription } from '@lantern/engine';
import { alignColumns } from './align-columns.ts';

/** The description of a checkpoint as lines for people. */
export function formatDescription(description: CheckpointDescription): string {
  const { config, layers, memory, runnable } = description;
  const facts: [string, string][] = [
    ['path', description.path],
    ['architecture', `${description.architecture}, ${description.format}, ${megabytes(description.bytes)}`],
    ['parameters', describeParameters(description)],
    ['layers', `${layers.total}: ${layers.linearAttention} linear attention, ${layers.fullAttention} full attention`],
    ['widths', describeWidths(config)],
    ['context', `${count(config.maxPositionEmbeddings)} tokens${config.rope.yarn ? ', by YaRN' : ''}`],
    ['memory', memory ? describeMemory(memory) : 'unknown'],
    ['tokenizer', describeTokenizer(description)],
    ['template', description.chatTemplate ? 'chat template present' : 'no chat template: run needs one'],
    ['end tokens', description.eosTokenIds.join(', ') || 'none: answers end at their longest'],
    ['runs', runnable === true ? 'yes' : `no: ${runnable.reason}`],
  ];
  const header = ['tensors', 'stored as', 'held as', 'count', 'parameters', 'size'];
  const table = [header, ...description.formats.map(formatRow)];
  return `${alignColumns(facts)}\n${alignColumns(table, { right: [3, 4, 5] })}`;
}

function formatRow(format: FormatDescription): string[] {
  const { storedAs, heldAs, tensors, parameters, bytes } = format;
  return [format.class, storedAs, heldAs ?? 'not loaded', count(tensors), short(parameters), megabytes(bytes)];
}

function describeParameters({ parameters, config }: CheckpointDescription): string {
  const { total, text, active, vision, mtp } = parameters;
  const parts = [`text ${short(text)}`];
  if (config.mlp.kind === 'moe') parts.push(`of them active ${short(active)}`);
  if (vision > 0) parts.push(`vision ${short(vision)}`);
  if (mtp > 0) parts.push(`draft head ${short(mtp)}`);
  return `${short(total)} (${parts.join(', ')})`;
}

function describeWidths({
  hiddenSize,
  vocabSize,
  tieWordEmbeddings,
  mlp,
  attention,
}: CheckpointDescription['config']): string {
  const inner =
    mlp.kind === 'moe'
      ? `${mlp.numExpertsPerToken} of ${mlp.numExperts} experts of ${mlp.expertSize}, shared ${mlp.sharedExpertSize}`
      : `MLP ${mlp.intermediateSize}`;
  const heads = `${attention.numHeads} heads of ${attention.headDim} on ${attention.numKeyValueHeads}`;
  const embedding = `vocabulary ${count(vocabSize)}${tieWordEmbeddings ? ', tied' : ''}`;
  return `hidden ${hiddenSize}, ${inner}, ${heads}, ${embedding}`;
}

function describeMemory(memory: NonNullable<CheckpointDescription['memory']>): string {
  const { totalBytes, contextTokens, weightBytes, cacheBytesPerToken, stateBytesPerSequence } = memory;
  const parts = [
    `weights ${megabytes(weightBytes)}`,
    `cache ${megabytes(cacheBytesPerToken * contextTokens)}`,
    `state ${megabytes(stateBytesPerSequence)}`,
  ];
  return `${megabytes(totalBytes)} for one sequence of ${count(contextTokens)} tokens (${parts.join(', ')})`;
}

function describeTokenizer({ tokenizer }: CheckpointDescription): string {
  if (!tokenizer) return 'none: run needs one';
  const source = tokenizer.kind === 'json' ? 'tokenizer.json' : 'in the GGUF';
  if ('problem' in tokenizer) return `${source}, broken: ${tokenizer.problem}`;
  return `${source}, ${count(tokenizer.vocabSize)} tokens, ${tokenizer.addedTokens} of them added`;
}

function count(n: number): string {
  return n.toLocaleString('en-US');
}

/** Three significant digits: `35.1 B`, `9.94 M`, `640`. */
function short(n: number): string {
  for (const [unit, letter] of [
    [1e9, ' B'],
    [1e6, ' M'],
    [1e3, ' K'],
  ] as const)
    if (n >= unit) return `${Number((n / unit).toPrecision(3))}${letter}`;
  return String(n);
}

/** Of 10^6 bytes. */
function megabytes(bytes: number): string {
  return bytes < 1e7 ? `${(bytes / 1e6).toFixed(2)} MB` : `${count(Math.round(bytes / 1e6))} MB`;
}
