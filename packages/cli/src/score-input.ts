import { type Checkpoint, LanternError, parseChatRequest, templateOf, tokenizerOf } from '@lantern/engine';
import { readJsonFile, readTextFile } from './read-input.ts';

/** Files that say what to score; one of them is given. */
export type ScoreInput = { text?: string; ids?: string; messages?: string };

/** Token ids to score, and for messages the rendered prompt. Throws a LanternError where a file is not what it should be. */
export async function readScoreInput(
  checkpoint: Checkpoint,
  input: ScoreInput,
): Promise<{ sequences: number[][]; text?: string }> {
  if (input.ids !== undefined) return { sequences: idLists(await readJsonFile(input.ids), input.ids) };
  const tokenizer = tokenizerOf(checkpoint);
  if (input.text !== undefined) {
    const ids = tokenizer.encode(await readTextFile(input.text));
    if (ids.length < 2)
      throw new LanternError('bad-input', `${input.text} has ${ids.length} tokens; two are needed to score`);
    return { sequences: [ids] };
  }
  const { messages, options } = parseChatRequest(await readTextFile(input.messages!), input.messages!);
  const { text, segments } = templateOf(checkpoint, tokenizer).render(messages, options);
  return { sequences: [tokenizer.encodeSegments(segments)], text };
}

function idLists(data: unknown, path: string): number[][] {
  const isList = (item: unknown): item is number[] => Array.isArray(item) && item.every((id) => Number.isInteger(id));
  if (Array.isArray(data) && data.every(isList)) return data;
  throw new LanternError('bad-input', `${path} must hold a list of lists of token ids, [[1, 2, 3], …]`);
}
