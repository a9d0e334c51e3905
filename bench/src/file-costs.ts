import { openCheckpoint } from '@lantern/engine/node';
import { promptOperations, storedDecodeBytes } from './model-costs.ts';

/** `storedDecodeBytes` and `promptOperations` of a checkpoint on disk. */
export function fileCosts(path: string): {
  decodeBytes: (sequences: number, contextTokens: number) => number;
  promptOperations: () => number;
} {
  const { config, tensors, close } = openCheckpoint(path);
  close();
  return {
    decodeBytes: (sequences, contextTokens) => storedDecodeBytes(config, tensors, sequences, contextTokens),
    promptOperations: () => promptOperations(config, tensors),
  };
}
