// A program of its own, started by package-decoder.ts: `probe FILE` prints what the file holds as JSON, `frames FILE 0,3,6`
// writes those frames as PPM. An error is one line on stderr.
import { once } from 'node:events';
import type { VideoDecoderConfig as Config, VideoFrame as Frame } from '@napi-rs/webcodecs';
import type { InputVideoTrack } from 'mediabunny';
import { MISSING_STATUS } from './decoder-process.ts';
import type { PackageProbe } from './package-decoder.ts';
import { turnedRgb } from './turn-pixels.ts';

/** Packets that the decoder may be behind with. */
const QUEUE = 8;

class MissingError extends Error {}

/** A package of the optional ones. */
async function loaded<Module>(module: Promise<Module>, name: string): Promise<Module> {
  return module.catch((error: unknown) => {
    const reason = error instanceof Error ? error.message.split('\n', 1)[0] : error;
    throw new MissingError(`the package ${name} cannot be loaded: ${reason}`);
  });
}

const loadMediabunny = () => loaded(import('mediabunny'), 'mediabunny');

async function openTrack(path: string): Promise<InputVideoTrack> {
  const { ALL_FORMATS, FilePathSource, Input } = await loadMediabunny();
  const input = new Input({ source: new FilePathSource(path), formats: ALL_FORMATS });
  const track = await input.getPrimaryVideoTrack();
  if (!track) throw new Error('it has no video track');
  return track;
}

/** Times of the frames of a track, in seconds, in the order of decoding, and the end of the last. */
async function timesOf(track: InputVideoTrack): Promise<{ shown: number[]; hidden: number; end: number }> {
  const { EncodedPacketSink } = await loadMediabunny();
  const shown: number[] = [];
  let [hidden, end] = [0, 0];
  for await (const { timestamp, duration } of new EncodedPacketSink(track).packets(undefined, undefined, {
    metadataOnly: true,
  })) {
    // Frames before the beginning are only decoded for the sake of others.
    if (timestamp < 0) hidden++;
    else shown.push(timestamp);
    end = Math.max(end, timestamp + duration);
  }
  if (shown.length === 0) throw new Error('it has no frames');
  return { shown, hidden, end };
}

async function probe(path: string): Promise<PackageProbe> {
  const { shown, end } = await timesOf(await openTrack(path));
  const duration = end - shown.reduce((least, time) => Math.min(least, time));
  // Sums of times are a little off, and whole rates must come out whole.
  return { total: shown.length, fps: Number((shown.length / duration).toPrecision(10)), duration };
}

async function frames(path: string, indices: readonly number[]): Promise<void> {
  const { EncodedPacketSink } = await loadMediabunny();
  const { EncodedVideoChunk, VideoDecoder } = await loaded(import('@napi-rs/webcodecs'), '@napi-rs/webcodecs');
  const track = await openTrack(path);
  const config = await track.getDecoderConfig();
  if (!config || !(await VideoDecoder.isConfigSupported(config as Config)).supported)
    throw new MissingError(`its codec, ${track.codec ?? track.internalCodecId}, is not known`);

  // Frames come in the order in which they are shown. The times that they carry do not always, so they are counted.
  const { hidden } = await timesOf(track);
  const wanted = new Set(indices.map((index) => index + hidden));
  const ready: Frame[] = [];
  let failed: Error | undefined;
  let count = 0;
  const decoder = new VideoDecoder({
    output: (frame) => (wanted.has(count++) ? ready.push(frame) : frame.close()),
    error: (error) => {
      failed = error;
    },
  });
  const writeReady = async () => {
    if (failed) throw failed;
    for (let frame = ready.shift(); frame; frame = ready.shift()) await write(frame, track.rotation);
  };
  decoder.configure(config as Config);
  const last = indices.at(-1)! + hidden;
  for await (const { type, data, microsecondTimestamp: timestamp } of new EncodedPacketSink(track).packets()) {
    decoder.decode(new EncodedVideoChunk({ type, timestamp, data }));
    while (decoder.decodeQueueSize > QUEUE) await new Promise((resume) => setTimeout(resume, 1));
    await writeReady();
    if (count > last) return;
  }
  await decoder.flush();
  await writeReady();
}

async function write(frame: Frame, degrees: number): Promise<void> {
  const { width: codedWidth, height: codedHeight } = frame.visibleRect;
  const rgba = new Uint8Array(frame.allocationSize({ format: 'RGBA' }));
  await frame.copyTo(rgba, { format: 'RGBA' });
  frame.close();
  const { width, height, data } = turnedRgb(rgba, codedWidth, codedHeight, degrees);
  process.stdout.write(`P6\n${width} ${height}\n255\n`);
  if (!process.stdout.write(data)) await once(process.stdout, 'drain');
}

const [command, path = '', list = ''] = process.argv.slice(2);
try {
  if (command === 'probe') process.stdout.write(JSON.stringify(await probe(path)));
  else await frames(path, list.split(',').map(Number));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = error instanceof MissingError ? MISSING_STATUS : 1;
}
