/** Where the bytes of a picture or a video are. `field` is the field of the request that says so. */
export type MediaSource = { field: string } & (
  | { kind: 'data'; url: string }
  | { kind: 'link'; url: string }
  | { kind: 'file'; id: string }
);

/** Bounds on the area of a picture, in pixels. What is missing is the model's own. */
export type ImageLimits = { minPixels?: number; maxPixels?: number };

/** Of a video: bounds on the area of a frame and of all frames together, and frames a second. What is missing is the model's own. */
export type VideoLimits = { minPixels?: number; maxPixels?: number; totalPixels?: number; fps?: number };

/** A picture or a video of a conversation. `field` is its part. */
export type MediaRequest = { field: string } & (
  | { kind: 'image'; source: MediaSource; limits: ImageLimits }
  | { kind: 'video'; source: MediaSource; limits: VideoLimits }
  | { kind: 'video'; frames: readonly MediaSource[]; limits: VideoLimits }
);

/** A picture or a video whose bytes are there, as they were sent or fetched. */
export type MediaBytes =
  | { kind: 'image'; bytes: Uint8Array; limits: ImageLimits }
  | { kind: 'video'; bytes: Uint8Array; limits: VideoLimits }
  | { kind: 'video'; frames: readonly Uint8Array[]; limits: VideoLimits };
