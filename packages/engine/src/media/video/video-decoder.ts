import type { VideoType } from '../media-type.ts';
import type { FrameSource } from '../video-media.ts';
import type { ProcessLimits } from './decoder-process.ts';

export type VideoCost = ProcessLimits & { decodedPixels: number };

/** A video file that a decoder has looked into. */
export type OpenVideo = FrameSource & { duration: number };

/** Something that can decode videos on this machine, perhaps. */
export type VideoDecoder = {
  /** For errors. */
  name: string;
  /** Looks into a file without decoding it. Throws a ProcessError where the decoder is missing or refuses the file. */
  open(path: string, type: VideoType, cost: VideoCost): Promise<OpenVideo>;
};
