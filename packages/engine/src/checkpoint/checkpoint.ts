import type { ModelConfig } from '../model/config.ts';
import type { ProcessorConfig } from '../model/vision-config.ts';
import type { TokenizerSource } from '../tokenizer/source.ts';
import type { ModelWeights } from './weights.ts';

/** A model on disk, opened: headers read and checked, no weight read yet. */
export type Checkpoint = {
  /** Folder or file it was opened from. */
  path: string;
  format: 'safetensors' | 'gguf';
  config: ModelConfig;
  /**
   * Everything the forward pass needs, under canonical names; with `draft` the MTP module too, with `vision` the vision
   * tower. Throws where a tensor is missing or misshapen, or where there is no such part.
   */
  weights(options?: WeightParts): ModelWeights;
  /** How pictures and videos are made ready; null where the model sees nothing. */
  processor: ProcessorConfig | null;
  /** Null where the checkpoint has none. The vocabulary of a GGUF file is read from it anew whenever it is asked for. */
  tokenizer: TokenizerSource | null;
  chatTemplate: string | null;
  generation: GenerationDefaults;
  /** All tensors of the files, vision and draft layers included. */
  tensors: TensorInfo[];
  close(): void;
};

/** Parts of a model that are read only where they are wanted. */
export type WeightParts = { draft?: boolean; vision?: boolean };

/** From `generation_config.json`; a field that is absent there is null. */
export type GenerationDefaults = {
  temperature: number | null;
  topP: number | null;
  topK: number | null;
  minP: number | null;
  repetitionPenalty: number | null;
  /** Union of every end id that any of the checkpoint's files names. */
  eosTokenIds: number[];
};

export type TensorInfo = {
  name: string;
  /** As the file's own world spells it: `BF16`, `Q4_K`, … */
  storedAs: string;
  /** Outermost dimension first, whatever the file's order. */
  shape: number[];
  bytes: number;
  part: 'text' | 'vision' | 'mtp';
};
