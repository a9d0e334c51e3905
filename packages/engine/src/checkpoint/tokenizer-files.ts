import type { TokenizerSource } from '../tokenizer/source.ts';
import { ggufTokenId } from './config-from-gguf.ts';
import { type Folder, folderJson, folderText } from './folder.ts';
import type { GgufMetadata } from './gguf.ts';
import { GgufStrings } from './gguf-strings.ts';

/** What is needed to turn messages into ids, without any weight. */
export type TokenizerFiles = { tokenizer: TokenizerSource | null; chatTemplate: string | null };

/** From `tokenizer.json`, `tokenizer_config.json` and `chat_template.jinja` of a folder, as far as they are there. */
export function huggingFaceTokenizer(folder: Folder): TokenizerFiles {
  const tokenizerJson = folderText(folder, 'tokenizer.json');
  const tokenizerConfigJson = folderText(folder, 'tokenizer_config.json');
  const tokenizer: TokenizerSource | null =
    tokenizerJson === null ? null : { kind: 'json', tokenizerJson, tokenizerConfigJson };
  const chatTemplate = folderText(folder, 'chat_template.jinja') ?? templateOfConfig(folder);
  return { tokenizer, chatTemplate };
}

/** `chat_template` of `tokenizer_config.json`: one text, or a list of named ones with a default. */
function templateOfConfig(folder: Folder): string | null {
  const template = folderJson(folder, 'tokenizer_config.json')?.chat_template;
  if (typeof template === 'string') return template;
  if (!Array.isArray(template)) return null;
  const named = template.find((entry) => entry?.name === 'default') ?? template[0];
  return typeof named?.template === 'string' ? named.template : null;
}

/** From the `tokenizer.*` keys of a GGUF file. */
export function ggufTokenizer(metadata: GgufMetadata): TokenizerFiles {
  const text = (key: string): string | null => {
    const value = metadata.get(key);
    return typeof value === 'string' ? value : null;
  };
  const model = text('tokenizer.ggml.model');
  const tokens = metadata.get('tokenizer.ggml.tokens');
  const merges = metadata.get('tokenizer.ggml.merges');
  const types = metadata.get('tokenizer.ggml.token_type');
  const tokenizer: TokenizerSource | null =
    model === null || !(tokens instanceof GgufStrings)
      ? null
      : {
          kind: 'gguf',
          model,
          pre: text('tokenizer.ggml.pre'),
          get tokens() {
            return tokens.decode();
          },
          tokenTypes: ArrayBuffer.isView(types) ? (types as Int32Array) : null,
          get merges() {
            return merges instanceof GgufStrings ? merges.decode() : [];
          },
          eosTokenId: ggufTokenId(metadata, 'tokenizer.ggml.eos_token_id'),
          bosTokenId: ggufTokenId(metadata, 'tokenizer.ggml.bos_token_id'),
          paddingTokenId: ggufTokenId(metadata, 'tokenizer.ggml.padding_token_id'),
        };
  return { tokenizer, chatTemplate: text('tokenizer.chat_template') };
}
