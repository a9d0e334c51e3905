import type { ProcessorConfig } from '../model/vision-config.ts';
import { Fields } from './fields.ts';
import { type Folder, folderJson } from './folder.ts';
import { isJsonObject, type JsonObject } from './json.ts';

/** What the vendor's processors do where their files say nothing. */
const DEFAULTS: ProcessorConfig = {
  image: { minPixels: 65_536, maxPixels: 16_777_216 },
  video: { minPixels: 4096, maxPixels: 25_165_824, fps: 2, minFrames: 4, maxFrames: 768 },
  mean: [0.5, 0.5, 0.5],
  std: [0.5, 0.5, 0.5],
};

/** Reads `preprocessor_config.json` and `video_preprocessor_config.json` of a folder. */
export function processorConfig(folder: Folder): ProcessorConfig {
  const image = fieldsOf(folder, 'preprocessor_config.json');
  const video = fieldsOf(folder, 'video_preprocessor_config.json');
  return {
    image: area(image, DEFAULTS.image),
    video: {
      ...area(video, DEFAULTS.video),
      fps: video.positive('fps', DEFAULTS.video.fps),
      minFrames: video.size('min_frames', DEFAULTS.video.minFrames),
      maxFrames: video.size('max_frames', DEFAULTS.video.maxFrames),
    },
    mean: channels(image, 'image_mean', DEFAULTS.mean),
    std: deviations(image),
  };
}

/** The same for an mmproj file, whose metadata say no more than mean and deviation. */
export function processorConfigOf(where: string, get: (name: string) => unknown): ProcessorConfig {
  const fields = new Fields(where, get);
  return {
    ...DEFAULTS,
    mean: channels(fields, 'image_mean', DEFAULTS.mean),
    std: deviations(fields),
  };
}

function fieldsOf(folder: Folder, name: string): Fields {
  const json: JsonObject = folderJson(folder, name) ?? {};
  const size: JsonObject = isJsonObject(json.size) ? json.size : {};
  return new Fields(`${folder.path}/${name}`, (field) => json[field] ?? size[field]);
}

/**
 * `shortest_edge` and `longest_edge` are areas whatever they are called. Older files say `min_pixels` and `max_pixels`;
 * where a file has both, these count, as with the vendor.
 */
function area(fields: Fields, { minPixels, maxPixels }: ProcessorConfig['image']): ProcessorConfig['image'] {
  const of = (name: string, older: string, fallback: number) =>
    fields.get(older) === undefined ? fields.positive(name, fallback) : fields.positive(older);
  return {
    minPixels: of('shortest_edge', 'min_pixels', minPixels),
    maxPixels: of('longest_edge', 'max_pixels', maxPixels),
  };
}

function channels(fields: Fields, name: string, fallback: ProcessorConfig['mean']): ProcessorConfig['mean'] {
  const value = fields.get(name) ?? fallback;
  // JSON has lists, GGUF typed arrays.
  const list: unknown[] = Array.isArray(value) ? value : value instanceof Float32Array ? [...value] : [];
  const isTriple = (numbers: unknown[]): numbers is [number, number, number] =>
    numbers.length === 3 && numbers.every((x) => Number.isFinite(x));
  if (!isTriple(list)) throw fields.bad(name, 'a list of three numbers');
  return list;
}

/** Values are divided by these. */
function deviations(fields: Fields): ProcessorConfig['std'] {
  const std = channels(fields, 'image_std', DEFAULTS.std);
  if (std.some((x) => x <= 0)) throw fields.bad('image_std', 'a list of three numbers above 0');
  return std;
}
