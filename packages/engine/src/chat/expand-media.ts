import { LanternError } from '../errors.ts';
import { type Media, sliceTokens } from '../media/media.ts';
import type { MediaSpan } from '../media/media-span.ts';
import { timestampText } from '../media/timestamp-text.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';

/** Patches along one side of the square that becomes one token. */
const MERGE_SIZE = 2;

/**
 * A rendered prompt in which every picture and video has the tokens that it needs, and where they are. The template has
 * written one mark for each: a picture's is repeated, a video's gives way to its slices, each in marks of its own and
 * with its time before it. Throws a LanternError where marks and media do not match.
 */
export function expandMedia(
  ids: readonly number[],
  media: readonly Media[],
  tokenizer: Pick<Tokenizer, 'encode' | 'tokenId'>,
): { ids: readonly number[]; spans: MediaSpan[] } {
  const pads = { image: tokenizer.tokenId('<|image_pad|>'), video: tokenizer.tokenId('<|video_pad|>') };
  const kinds = ids.flatMap((id): Media['kind'][] =>
    id === pads.image ? ['image'] : id === pads.video ? ['video'] : [],
  );
  checkKinds(kinds, media);
  if (kinds.length === 0) return { ids, spans: [] };

  const expanded: number[] = [];
  const spans: MediaSpan[] = [];
  const placeSlice = ({ rows, columns, slices, kind }: Media, index: number) => {
    const count = sliceTokens({ rows, columns }, MERGE_SIZE);
    const slice = slices[index]!;
    spans.push({ kind, start: expanded.length, count, columns: columns / MERGE_SIZE, shape: { rows, columns }, slice });
    for (let i = 0; i < count; i++) expanded.push(pads[kind]!);
  };
  const [start, end] = ['<|vision_start|>', '<|vision_end|>'].map((mark) => tokenizer.encode(mark));
  let next = 0;
  for (const id of ids) {
    if (id !== pads.image && id !== pads.video) {
      expanded.push(id);
      continue;
    }
    const item = media[next++]!;
    if (item.kind === 'image') placeSlice(item, 0);
    else
      for (const [i, seconds] of item.timestamps!.entries()) {
        expanded.push(...tokenizer.encode(`<${timestampText(seconds)} seconds>`), ...start!);
        placeSlice(item, i);
        expanded.push(...end!);
      }
  }
  return { ids: expanded, spans };
}

function checkKinds(wanted: readonly Media['kind'][], given: readonly Media[]): void {
  const remedy = 'give one of `media` for every picture and video, in the order of their parts';
  if (wanted.length !== given.length)
    throw new LanternError(
      'bad-input',
      `the messages have ${wanted.length} places for a picture or video, and ${given.length} were given`,
      remedy,
    );
  for (const [i, kind] of wanted.entries())
    if (given[i]!.kind !== kind)
      throw new LanternError(
        'bad-input',
        `media[${i}] is of kind ${given[i]!.kind}, and its part of kind ${kind}`,
        remedy,
      );
}
