import type { Speculation } from '@lantern/engine';
import { Option } from 'commander';
import { UsageError } from './usage-error.ts';

/** `--speculative-config`, of every command that answers from an engine. Spelled as for vLLM. */
export function speculativeConfigOption(): Option {
  return new Option(
    '--speculative-config <json>',
    'draft answers ahead: {"method": "mtp" or "ngram", "num_speculative_tokens": n}; they come faster and say the same',
  );
}

/** What `--speculative-config` says. Throws a UsageError where it cannot be. */
export async function readSpeculation(text: string): Promise<Speculation> {
  const { LanternError, parseSpeculation } = await import('@lantern/engine');
  try {
    return parseSpeculation(text);
  } catch (error) {
    if (error instanceof LanternError) throw new UsageError(`--speculative-config: ${error.message}`);
    throw error;
  }
}
