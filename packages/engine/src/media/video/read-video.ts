import { LanternError } from '../../errors.ts';
import type { ProcessorConfig } from '../../model/vision-config.ts';
import { checkBytes, DECODED_PIXELS } from '../decode/decode-limits.ts';
import type { ReadOptions } from '../decode/read-picture.ts';
import { serially } from '../decode/serially.ts';
import { shownStart } from '../decode/shown-start.ts';
import type { Media } from '../media.ts';
import { type MediaType, mediaTypeOf, type VideoType } from '../media-type.ts';
import { withVision } from '../picture-media.ts';
import { sampledMedia } from '../video-media.ts';
import { animationSource } from './animation-source.ts';
import { ProcessError } from './decoder-process.ts';
import { ffmpegDecoder } from './ffmpeg-decoder.ts';
import { packageDecoder } from './package-decoder.ts';
import { temporaryFile } from './temporary-file.ts';
import type { OpenVideo, VideoCost, VideoDecoder } from './video-decoder.ts';

const VIDEO_BYTES = 2 * 2 ** 30;
const VIDEO_SECONDS = 300;
const FORMATS = 'MP4, MOV, WebM, MKV, AVI, or an animated GIF or WebP';

/** How long a video may be, in seconds. */
const SHORTEST = 2;
const LONGEST = 7200;

const DECODERS: readonly VideoDecoder[] = [ffmpegDecoder, packageDecoder];
const inTurn = serially();

/**
 * A video file as the model takes it: its frames are decoded one after another, and only sampled ones are kept. One video
 * is read at a time. Of `decode`, `bytes` is 2 GiB and `seconds` is 300 by default. Throws a LanternError for what is no
 * video, damaged, too short or too long, over the limits, or of a kind that no decoder of this machine opens.
 */
export async function readVideo(
  bytes: Uint8Array,
  processor: ProcessorConfig | null,
  { decode = {}, ...options }: ReadOptions & { decoders?: readonly VideoDecoder[] } = {},
): Promise<Media> {
  const vision = withVision(processor);
  const { decodedPixels = DECODED_PIXELS, seconds = VIDEO_SECONDS } = decode;
  checkBytes('video', bytes.length, decode.bytes ?? VIDEO_BYTES);
  const type = videoTypeOf(bytes);
  const cost: VideoCost = { decodedPixels, seconds, signal: options.signal };
  const sampled = (video: OpenVideo) => {
    checkDuration(video);
    return sampledMedia(video, vision, options);
  };
  return inTurn(async () => {
    options.signal?.throwIfAborted();
    if (type === 'image/gif' || type === 'image/webp') return sampled(await animationSource(bytes, type, cost));
    await using file = await temporaryFile(bytes);
    // Awaited here: the file goes when this function ends.
    return await firstThatOpens(options.decoders ?? DECODERS, type, async (decoder) =>
      sampled(await decoder.open(file.path, type, cost)),
    );
  });
}

/** What the first decoder says that can open a file. */
async function firstThatOpens<Result>(
  decoders: readonly VideoDecoder[],
  type: VideoType,
  read: (decoder: VideoDecoder) => Promise<Result>,
): Promise<Result> {
  const tried: { name: string; error: ProcessError }[] = [];
  for (const decoder of decoders)
    try {
      return await read(decoder);
    } catch (error) {
      if (!(error instanceof ProcessError)) throw error;
      tried.push({ name: decoder.name, error });
    }
  // Where some decoder could have done it, the file is to blame.
  throw new LanternError(
    tried.every(({ error }) => error.missing) ? 'unsupported' : 'bad-input',
    `the video, ${type}, cannot be opened: ${tried.map(({ name, error }) => `${name}: ${error.message}`).join('; ')}`,
    `${tried.some(({ error }) => error.missing) ? 'install ffmpeg, ' : ''}convert the video to MP4 with H.264, or give its frames as pictures`,
  );
}

function videoTypeOf(bytes: Uint8Array): VideoType | 'image/gif' | 'image/webp' {
  const type = mediaTypeOf(bytes);
  if (type === null)
    throw new LanternError(
      'bad-input',
      `the video is of no known format, it begins with ${shownStart(bytes)}`,
      `give ${FORMATS}`,
    );
  if (type === 'image/gif' || type === 'image/webp' || isVideo(type)) return type;
  throw new LanternError(
    'bad-input',
    `the video is a picture, ${type}`,
    `give it as a picture, or a video as ${FORMATS}`,
  );
}

function isVideo(type: MediaType): type is VideoType {
  return type.startsWith('video/');
}

/** Up to a frame of grace: containers count from the first frame to the beginning or the end of the last. */
function checkDuration({ duration, fps }: OpenVideo): void {
  const grace = 1 / fps;
  if (duration + grace >= SHORTEST && duration - grace <= LONGEST) return;
  throw new LanternError(
    'bad-input',
    `the video lasts ${Number(duration.toFixed(2))} seconds, allowed are ${SHORTEST} to ${LONGEST}`,
    duration < SHORTEST ? 'give its frames as pictures' : 'cut it into parts',
  );
}
