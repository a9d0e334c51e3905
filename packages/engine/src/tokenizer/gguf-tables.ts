import { shown } from '../checkpoint/json.ts';
import { LanternError } from '../errors.ts';
import { preTokenizerOfName } from './pre-tokenizer.ts';
import type { TokenizerSource } from './source.ts';
import type { AddedToken, TokenizerTables } from './tokenizer-tables.ts';

/** Values of `tokenizer.ggml.token_type` that matter here. */
const tokenType = { normal: 1, control: 3, userDefined: 4, unused: 5 } as const;

/**
 * Tokens that converters to GGUF mark as control because of their looks, though `tokenizer.json` has them with
 * `special: false`. They are treated alike whatever the file format.
 */
const notControl: ReadonlySet<string> = new Set([
  '<|fim_prefix|>',
  '<|fim_middle|>',
  '<|fim_suffix|>',
  '<|fim_pad|>',
  '<|repo_name|>',
  '<|file_sep|>',
]);

/** Tables of the `tokenizer.ggml.*` keys. */
export function tablesFromGguf(source: Extract<TokenizerSource, { kind: 'gguf' }>): TokenizerTables {
  if (source.model !== 'gpt2') {
    throw new LanternError(
      'unsupported',
      `tokenizer.ggml.model is ${shown(source.model)}; "gpt2" is the one that is known`,
    );
  }
  const preTokenizer = preTokenizerOfName.get(source.pre ?? '');
  if (!preTokenizer) {
    const known = [...preTokenizerOfName.keys()].map(shown).join(' and ');
    throw new LanternError('unsupported', `tokenizer.ggml.pre is ${shown(source.pre)}; ${known} are known`);
  }
  const { tokens, tokenTypes } = source;
  if (tokenTypes && tokenTypes.length !== tokens.length) {
    throw new LanternError(
      'bad-checkpoint',
      `tokenizer.ggml.token_type has ${tokenTypes.length} values for ${tokens.length} tokens`,
    );
  }
  const entries: (string | undefined)[] = [];
  const added: AddedToken[] = [];
  const addedIds = new Map<string, number>();
  for (let id = 0; id < tokens.length; id++) {
    const content = tokens[id]!;
    const type = tokenTypes?.[id] ?? tokenType.normal;
    const isAdded = type === tokenType.control || type === tokenType.userDefined;
    entries.push(isAdded || type === tokenType.unused ? undefined : content);
    if (!isAdded) continue;
    const other = addedIds.get(content);
    if (content === '' || other !== undefined) {
      const what = content === '' ? 'is empty' : `is ${shown(content)}, as is token ${other}`;
      throw new LanternError('bad-checkpoint', `tokenizer.ggml.tokens: added token ${id} ${what}`);
    }
    addedIds.set(content, id);
    added.push({ id, content, special: type === tokenType.control && !notControl.has(content) });
  }
  return { entries, merges: source.merges.map(mergePair), added, ignoreMerges: false, preTokenizer };
}

function mergePair(merge: string, rank: number): [string, string] {
  const [left, right, ...rest] = merge.split(' ');
  if (!left || !right || rest.length > 0) {
    throw new LanternError(
      'bad-checkpoint',
      `tokenizer.ggml.merges[${rank}] is ${shown(merge)}; two tokens are expected`,
    );
  }
  return [left, right];
}
