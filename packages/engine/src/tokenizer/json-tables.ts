import { isJsonObject, type JsonObject, jsonObject, shown } from '../checkpoint/json.ts';
import { LanternError } from '../errors.ts';
import { preTokenizerOfPattern } from './pre-tokenizer.ts';
import type { TokenizerSource } from './source.ts';
import type { AddedToken, TokenizerTables } from './tokenizer-tables.ts';

/** Far above any vocabulary, far below what an id could make us allocate. */
const LARGEST_ID = 1 << 22;

/** Tables of `tokenizer.json`, with added tokens that only `tokenizer_config.json` lists. */
export function tablesFromJson(source: Extract<TokenizerSource, { kind: 'json' }>): TokenizerTables {
  const root = jsonObject(source.tokenizerJson, 'tokenizer.json');
  const model = objectAt(root.model);
  if (!model) throw bad('has no "model"', 'an object of type BPE is expected');
  checkModel(model);
  if (root.normalizer !== null && objectAt(root.normalizer)?.type !== 'NFC') {
    throw unsupported(`normalizer ${shown(root.normalizer)}`, 'NFC is the one that is known');
  }
  const pattern = patternOf(root.pre_tokenizer);
  const preTokenizer = preTokenizerOfPattern.get(pattern);
  if (!preTokenizer) {
    throw unsupported(`pre-tokenizer pattern ${shown(pattern)}`, 'the patterns of Qwen 3.5 and Qwen 2 are known');
  }
  const added = addedTokens(root.added_tokens ?? []);
  const extra = source.tokenizerConfigJson === null ? [] : configTokens(source.tokenizerConfigJson);
  for (const token of extra) {
    if (!added.some((other) => other.id === token.id || other.content === token.content)) added.push(token);
  }
  return {
    entries: vocabulary(model.vocab, added),
    merges: mergePairs(model.merges),
    added: distinct(added).sort((a, b) => a.id - b.id),
    ignoreMerges: model.ignore_merges === true,
    preTokenizer,
  };
}

function checkModel(model: JsonObject): void {
  if (model.type !== 'BPE') throw unsupported(`model type ${shown(model.type)}`, 'BPE is the one that is known');
  if (model.byte_fallback === true) throw unsupported('byte_fallback true', 'byte-level BPE needs none');
  for (const key of ['continuing_subword_prefix', 'end_of_word_suffix', 'dropout']) {
    if (model[key]) throw unsupported(`${key} ${shown(model[key])}`, 'none is expected');
  }
}

/** The regular expression of the one Split in the pre-tokenizer, or '' when it is built otherwise. */
function patternOf(preTokenizer: unknown): string {
  const steps = objectAt(preTokenizer)?.pretokenizers;
  if (!Array.isArray(steps) || steps.length !== 2) return '';
  const [split, byteLevel] = steps.map(objectAt);
  if (split?.type !== 'Split' || split.behavior !== 'Isolated' || split.invert === true) return '';
  if (byteLevel?.type !== 'ByteLevel' || byteLevel.use_regex !== false || byteLevel.add_prefix_space === true) {
    return '';
  }
  const pattern = objectAt(split.pattern)?.Regex;
  return typeof pattern === 'string' ? pattern : '';
}

function vocabulary(vocab: unknown, added: readonly AddedToken[]): (string | undefined)[] {
  const object = objectAt(vocab);
  if (!object) throw bad('has no "model.vocab"', 'an object from token to id is expected');
  const addedIds = new Set(added.map((token) => token.id));
  const addedContents = new Map(added.map((token) => [token.content, token.id]));
  const entries: (string | undefined)[] = [];
  // 248,000 entries: `for in` makes no array of pairs first. JSON.parse gives own keys only.
  for (const entry in object) {
    const id = object[entry];
    checkId(entry, id);
    if (addedIds.has(id) && addedContents.get(entry) === id) continue; // some files list added tokens in both places
    if (entries[id] !== undefined || addedIds.has(id)) {
      const other = entries[id] ?? added.find((token) => token.id === id)?.content;
      throw bad(`gives id ${id} to both ${shown(other)} and ${shown(entry)}`, 'an id belongs to one token');
    }
    while (entries.length < id) entries.push(undefined);
    entries[id] = entry;
  }
  return entries;
}

function mergePairs(merges: unknown): [string, string][] {
  if (!Array.isArray(merges)) throw bad('has no "model.merges"', 'a list of pairs is expected');
  return merges.map((merge: unknown, rank) => {
    const pair: unknown = typeof merge === 'string' ? merge.split(' ') : merge;
    if (!isPair(pair)) throw bad(`has merge ${rank} = ${shown(merge)}`, 'two tokens are expected');
    return pair;
  });
}

function isPair(pair: unknown): pair is [string, string] {
  if (!Array.isArray(pair) || pair.length !== 2) return false;
  return typeof pair[0] === 'string' && typeof pair[1] === 'string' && pair[0] !== '' && pair[1] !== '';
}

function addedTokens(list: unknown): AddedToken[] {
  if (!Array.isArray(list)) throw bad(`has "added_tokens" ${shown(list)}`, 'a list is expected');
  return list.map((item: unknown) => addedToken(objectAt(item)?.id, item));
}

function configTokens(text: string): AddedToken[] {
  const byId = objectAt(jsonObject(text, 'tokenizer_config.json').added_tokens_decoder) ?? {};
  return Object.entries(byId).map(([id, item]) => addedToken(Number(id), item));
}

function addedToken(id: unknown, item: unknown): AddedToken {
  const { content, special, lstrip, rstrip, single_word: singleWord } = objectAt(item) ?? {};
  if (typeof content !== 'string' || content === '') {
    throw bad(`has an added token ${shown(item)}`, 'an id and a text are expected');
  }
  checkId(content, id);
  // The field `normalized` makes no difference: Qwen's added tokens are ASCII, which NFC leaves alone.
  if (lstrip === true || rstrip === true || singleWord === true) {
    throw unsupported(`added token ${shown(content)} with lstrip, rstrip or single_word`, 'none is expected');
  }
  return { id, content, special: special === true };
}

function distinct(added: AddedToken[]): AddedToken[] {
  const ids = new Map<number, string>();
  const contents = new Map<string, number>();
  for (const { id, content } of added) {
    if (ids.has(id))
      throw bad(`gives id ${id} to both ${shown(ids.get(id))} and ${shown(content)}`, 'an id belongs to one token');
    if (contents.has(content)) throw bad(`lists the added token ${shown(content)} twice`, 'once is expected');
    ids.set(id, content);
    contents.set(content, id);
  }
  return added;
}

function checkId(token: string, id: unknown): asserts id is number {
  if (!Number.isInteger(id) || (id as number) < 0 || (id as number) > LARGEST_ID) {
    throw bad(`gives ${shown(token)} the id ${shown(id)}`, `an integer from 0 to ${LARGEST_ID} is expected`);
  }
}

function objectAt(value: unknown): JsonObject | undefined {
  return isJsonObject(value) ? value : undefined;
}

function bad(what: string, expected: string): LanternError {
  return new LanternError('bad-checkpoint', `tokenizer.json ${what}; ${expected}`);
}

function unsupported(what: string, known: string): LanternError {
  return new LanternError('unsupported', `tokenizer.json asks for ${what}; ${known}`);
}
