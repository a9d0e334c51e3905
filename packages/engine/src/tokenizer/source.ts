/** Where a tokenizer's tables come from, as the checkpoint holds them. */
export type TokenizerSource =
  | {
      kind: 'json';
      /** Text of `tokenizer.json`. */
      tokenizerJson: string;
      /** Text of `tokenizer_config.json`, if there is one. */
      tokenizerConfigJson: string | null;
    }
  | {
      kind: 'gguf';
      /** `tokenizer.ggml.model` and `.pre`. */
      model: string;
      pre: string | null;
      /** These and `merges` are read from the file when they are asked for, each time anew: when a tokenizer is made. */
      tokens: string[];
      /** `tokenizer.ggml.token_type`: 1 normal, 2 unknown, 3 control, 4 user-defined, 5 unused, 6 byte. */
      tokenTypes: readonly number[] | Int32Array | null;
      merges: string[];
      eosTokenId: number | null;
      bosTokenId: number | null;
      paddingTokenId: number | null;
    };
