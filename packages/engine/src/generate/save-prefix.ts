import { LanternError } from '../errors.ts';
import type { SequenceStates } from '../model/sequence-states.ts';
import type { Job } from './job.ts';
import type { PrefixCache } from './prefix-cache.ts';
import { writePrefix } from './prefix-file.ts';
import type { Scheduler } from './scheduler.ts';

/** Has a prompt absorbed into the cache and gives its state as bytes. Throws the reason of the signal. */
export function savePrefix(
  scheduler: Pick<Scheduler, 'submit'>,
  states: SequenceStates,
  cache: PrefixCache,
  promptIds: readonly number[],
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  if (cache.capacity === 0)
    throw new LanternError(
      'unsupported',
      'the engine remembers no prompts, so none can be saved',
      'load the model with a larger prefixCacheBytes',
    );
  const known = cache.find(promptIds);
  if (known) return Promise.resolve(writePrefix(states, promptIds, known));
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
  const job: Job = {
    promptIds,
    promptKey: promptIds,
    checkpoints: [],
    signal,
    priority: 0,
    keep: true,
    started: () => undefined,
    next: () => null,
    finished: () => resolve(writePrefix(states, promptIds, cache.find(promptIds)!)),
    failed: reject,
  };
  scheduler.submit(job);
  return promise;
}
