/** What the vision tower is, in numbers; names follow `vision_config` of Hugging Face's `config.json`. */
export type VisionConfig = {
  depth: number;
  hiddenSize: number;
  intermediateSize: number;
  numHeads: number;
  /** Width of the text model's hidden state. */
  outHiddenSize: number;
  /** Pixels along one side of a patch, and frames that it spans. */
  patchSize: number;
  temporalPatchSize: number;
  /** Patches along one side of the square that becomes one token. */
  spatialMergeSize: number;
  /** Entries along one side of the square table of position embeddings. */
  positionSide: number;
  layerNormEps: number;
};

/** How pictures and videos are made ready for the tower, from the checkpoint's processor files or the vendor's defaults. */
export type ProcessorConfig = {
  /** Bounds on the area in pixels. */
  image: { minPixels: number; maxPixels: number };
  /** Bounds on frames × height × width in pixels; frames a second that are sampled, and how many there may be. */
  video: { minPixels: number; maxPixels: number; fps: number; minFrames: number; maxFrames: number };
  /** Of red, green and blue: what is taken off a value in 0..1, and what that is divided by. */
  mean: readonly [number, number, number];
  std: readonly [number, number, number];
};
