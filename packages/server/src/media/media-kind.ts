import { mediaTypeOf } from '@lantern/engine';

/** Whether a file is a picture or a video, by its first bytes (64 are enough); null for anything else. */
export function mediaKindOf(start: Uint8Array): 'image' | 'video' | null {
  const type = mediaTypeOf(start);
  return type && (type.startsWith('video/') ? 'video' : 'image');
}
