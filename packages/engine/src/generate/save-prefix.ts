import { LanternError } from '../errors.ts';
import type { SequenceStates } from '../model/sequence-states.ts';
import type { Job } from './job.ts';
import type { PrefixCache } from './prefix-cache.ts';
import { writePrefix } from './prefix-file.ts';
import type { Scheduler } from './scheduler.ts';
import { type Prompt, promptKey } from './start-answers.ts';

/** Has a prompt absorbed into the cache and gives its state as bytes. Throws the reason of the signal. */
export function savePrefix(
  scheduler: Pick<Scheduler, 'submit'>,
  states: SequenceStates,
  cache: PrefixCache,
  prompt: Pick<Prompt, 'ids' | 'spans'>,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  if (cache.capacity === 0)
    throw new LanternError(
      'unsupported',
      'the engine remembers no prompts, so none can be saved',
      'load the model with a larger prefixCacheBytes',
    );
  const key = promptKey(prompt);
  const known = cache.find(key);
  if (known) return Promise.resolve(writePrefix(states, key, known));
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
  const job: Job = {
    promptIds: prompt.ids,
    spans: prompt.spans,
    promptKey: key,
    checkpoints: [],
    signal,
    priority: 0,
    keep: true,
    started: () => undefined,
    next: () => null,
    finished: () => resolve(writePrefix(states, key, cache.find(key)!)),
    failed: reject,
  };
  scheduler.submit(job);
  return promise;
}
