import type { MediaLimits } from '@lantern/engine';

/** Where the bytes of a picture or a video are. `field` is the field of the request that says so. */
export type MediaSource = { field: string } & (
  | { kind: 'data'; url: string }
  | { kind: 'link'; url: string }
  | { kind: 'file'; id: string }
);

/** A picture or a video of a conversation, and how finely to look. `field` is its part. */
export type MediaRequest = { field: string; limits: MediaLimits } & (
  | { kind: 'image' | 'video'; source: MediaSource }
  | { kind: 'frames'; frames: readonly MediaSource[] }
);

/** A picture or a video whose bytes are there, as they were sent or fetched; of frames those of each one. */
export type MediaBytes = { limits: MediaLimits } & (
  | { kind: 'image' | 'video'; bytes: Uint8Array }
  | { kind: 'frames'; frames: readonly Uint8Array[] }
);
