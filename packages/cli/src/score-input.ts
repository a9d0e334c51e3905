import { dirname, resolve } from 'node:path';
import {
  type Checkpoint,
  type ExactJson,
  type ExactObject,
  expandMedia,
  LanternError,
  type Media,
  parseChatRequest,
  type Scored,
  templateOf,
  tokenizerOf,
} from '@lantern/engine';
import { readMediaFile } from './media-file.ts';
import { readJsonFile, readTextFile } from './read-input.ts';
import { readFrames, readMedia } from './read-media.ts';

/** Files that say what to score; one of them is given. */
export type ScoreInput = { text?: string; ids?: string; messages?: string };

/** Prompts to score, and for messages the rendered text and what they show. */
export type ScoredInput = { prompts: Scored[]; text?: string; media?: Media[] };

/** Throws a LanternError where a file is not what it should be. */
export async function readScoreInput(checkpoint: Checkpoint, input: ScoreInput): Promise<ScoredInput> {
  if (input.ids !== undefined) return { prompts: idLists(await readJsonFile(input.ids), input.ids).map(plain) };
  const tokenizer = tokenizerOf(checkpoint);
  if (input.text !== undefined) {
    const ids = tokenizer.encode(await readTextFile(input.text));
    if (ids.length < 2)
      throw new LanternError('bad-input', `${input.text} has ${ids.length} tokens; two are needed to score`);
    return { prompts: [plain(ids)] };
  }
  const file = input.messages!;
  const { messages, options } = parseChatRequest(await readTextFile(file), file);
  const { text, segments } = templateOf(checkpoint, tokenizer).render(messages, options);
  const media: Media[] = [];
  for (const part of mediaParts(messages)) media.push(await mediaOf(part, checkpoint, file));
  return { prompts: [expandMedia(tokenizer.encodeSegments(segments), media, tokenizer)], text, media };
}

const plain = (ids: number[]): Scored => ({ ids, spans: [] });

function idLists(data: unknown, path: string): number[][] {
  const isList = (item: unknown): item is number[] => Array.isArray(item) && item.every((id) => Number.isInteger(id));
  if (Array.isArray(data) && data.every(isList)) return data;
  throw new LanternError('bad-input', `${path} must hold a list of lists of token ids, [[1, 2, 3], …]`);
}

/** The parts of all messages that are pictures or videos, in order. */
function mediaParts(messages: readonly ExactObject[]): ExactObject[] {
  return messages.flatMap((message) => {
    const content = message.get('content');
    const parts = Array.isArray(content) ? (content as readonly ExactJson[]) : [];
    return parts.filter((part): part is ExactObject => part instanceof Map && (part.has('image') || part.has('video')));
  });
}

/** What a part shows: `image` or `video` is a path relative to the file, or `video` a list of them with `fps`. */
async function mediaOf(part: ExactObject, { processor }: Checkpoint, file: string): Promise<Media> {
  const at = (path: ExactJson | undefined): string => {
    if (typeof path === 'string') return resolve(dirname(file), path);
    throw new LanternError('bad-input', `${file} has a picture or video that is no path`, 'name a file beside it');
  };
  const fps = part.get('fps');
  const options = fps === undefined ? {} : { fps: Number((fps as { text?: string }).text) };
  const video = part.get('video');
  if (video === undefined) return readMedia(await readMediaFile('image', at(part.get('image'))), processor);
  if (!Array.isArray(video)) return readMedia(await readMediaFile('video', at(video), options), processor);
  const frames = await Promise.all((video as ExactJson[]).map((path) => readMediaFile('image', at(path))));
  return readFrames(frames, options, processor);
}
