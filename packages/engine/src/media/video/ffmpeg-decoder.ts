import type { VideoType } from '../media-type.ts';
import { outputOf, ProcessError, textOf } from './decoder-process.ts';
import { ppmFrames } from './ppm-frames.ts';
import type { VideoCost, VideoDecoder } from './video-decoder.ts';

/** The reader for each kind of file: named, so that no other kind, a playlist say, is taken for it. */
const READERS: { [type in VideoType]: string } = {
  'video/mp4': 'mov',
  'video/quicktime': 'mov',
  'video/webm': 'matroska',
  'video/x-matroska': 'matroska',
  'video/x-msvideo': 'avi',
};

/** Files only, so that nothing in one can make it reach out. */
const inputArgs = (path: string, type: VideoType) => [
  '-protocol_whitelist',
  'file,pipe',
  '-f',
  READERS[type],
  '-i',
  path,
];

/** What ffprobe says of files that end before they should, while it goes on with the rest. */
const CUT_SHORT = /ended prematurely|partial file/;

/** `ffmpeg` and `ffprobe` of this machine, each in a process of its own. */
export const ffmpegDecoder: VideoDecoder = {
  name: 'ffmpeg',
  async open(path, type, cost) {
    const wanted = 'stream=avg_frame_rate,duration:format=duration:packet=flags';
    const args = ['-v', 'error', '-select_streams', 'V:0', '-show_entries', wanted, '-of', 'json=compact=1'];
    const text = await textOf('ffprobe', [...args, ...inputArgs(path, type)], cost, CUT_SHORT);
    const { packets, streams, format } = JSON.parse(text) as Probed;
    const stream = streams?.[0];
    if (!stream) throw new ProcessError('it has no video track');
    // Packets that are only decoded for the sake of others are marked by a D.
    const total = (packets ?? []).filter(({ flags }) => !flags?.includes('D')).length;
    if (total === 0) throw new ProcessError('it has no frames');
    const told = positive(stream.duration) ?? positive(format?.duration);
    const fps = rate(stream.avg_frame_rate) ?? (told ? total / told : null);
    if (fps === null) throw new ProcessError('it does not say how fast its frames follow each other');
    // Of AVI alone ffprobe does not say so; its header counts the frames.
    if (type === 'video/x-msvideo' && total < 0.9 * (told ?? 0) * fps)
      throw new ProcessError(`it has ${total} of about ${Math.round(told! * fps)} frames, it is cut short`);
    return {
      total,
      fps,
      duration: told ?? total / fps,
      read: (indices, signal) => readFrames(path, type, indices, { ...cost, signal }),
    };
  },
};

type Probed = {
  packets?: { flags?: string }[];
  streams?: { avg_frame_rate?: string; duration?: string }[];
  format?: { duration?: string };
};

/** Frames come out as PPM, which says its own size: it may be turned by what the file says. */
function readFrames(path: string, type: VideoType, indices: readonly number[], cost: VideoCost) {
  // Times are made even, so that no version of ffmpeg leaves out or repeats what was selected.
  const select = `select='${indices.map((index) => `eq(n,${index})`).join('+')}',setpts=N/(25*TB)`;
  const args = [
    ...['-nostdin', '-hide_banner', '-v', 'error', '-max_alloc', '1073741824', '-threads', '2'],
    ...[...inputArgs(path, type), '-map', '0:V:0', '-vf', select, '-r', '25', '-frames:v', String(indices.length)],
    ...['-c:v', 'ppm', '-pix_fmt', 'rgb24', '-f', 'image2pipe', 'pipe:1'],
  ];
  return ppmFrames(outputOf('ffmpeg', args, cost), cost.decodedPixels);
}

/** `30000/1001`; null where it is `0/0`. */
function rate(text: string | undefined): number | null {
  const [frames, seconds] = (text ?? '').split('/').map(Number);
  return positive(frames! / seconds!);
}

function positive(value: string | number | undefined): number | null {
  const number = Number(value);
  return number > 0 && number < Infinity ? number : null;
}
