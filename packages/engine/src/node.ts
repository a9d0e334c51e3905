// What needs files or Node's own threads; everything else is in index.ts and runs in a browser too.
export { openCheckpoint, openTokenizerFiles } from './checkpoint/open-checkpoint.ts';
export type { TokenizerFiles } from './checkpoint/tokenizer-files.ts';
export type { DecodeLimits } from './media/decode/decode-limits.ts';
export { decodePicture } from './media/decode/decode-picture.ts';
export { type ReadOptions, readFrames, readPicture } from './media/decode/read-picture.ts';
export { mediaTypeOf } from './media/media-type.ts';
export { readVideo } from './media/video/read-video.ts';
export { openEngine } from './open-engine.ts';
export { measureBandwidth } from './wasm/bandwidth.ts';
export { defaultThreads } from './wasm/default-threads.ts';
