import { fileURLToPath } from 'node:url';
import type { VideoType } from '../media-type.ts';
import { outputOf, ProcessError, textOf } from './decoder-process.ts';
import { ppmFrames } from './ppm-frames.ts';
import type { VideoDecoder } from './video-decoder.ts';

// The built package has .js files, a checkout .ts files.
const program = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? './decode-with-packages.ts' : './decode-with-packages.js', import.meta.url),
);

/** What the program prints of a file. */
export type PackageProbe = { total: number; fps: number; duration: number };

/**
 * The packages mediabunny, which takes files apart, and @napi-rs/webcodecs, which decodes. They run in a process of their
 * own: native code that falls over a damaged video takes nothing else with it.
 */
export const packageDecoder: VideoDecoder = {
  name: 'mediabunny with @napi-rs/webcodecs',
  async open(path, type: VideoType, cost) {
    if (type === 'video/x-msvideo') throw new ProcessError('it does not take AVI', true);
    const probe = JSON.parse(await textOf(process.execPath, [program, 'probe', path], cost)) as PackageProbe;
    return {
      ...probe,
      read: (indices, signal) =>
        ppmFrames(
          outputOf(process.execPath, [program, 'frames', path, indices.join(',')], { ...cost, signal }),
          cost.decodedPixels,
        ),
    };
  },
};
