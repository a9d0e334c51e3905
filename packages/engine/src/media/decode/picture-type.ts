import { LanternError } from '../../errors.ts';
import { mediaTypeOf, type PictureType } from '../media-type.ts';
import { shownStart } from './shown-start.ts';

const PICTURE_FORMATS = 'PNG, JPEG, WebP, GIF, BMP, TIFF or AVIF';

/** What kind of picture the bytes are. Throws a LanternError where they are none. */
export function pictureTypeOf(bytes: Uint8Array): PictureType {
  const type = mediaTypeOf(bytes);
  if (type === null)
    throw new LanternError(
      'bad-input',
      `the picture is of no known format, it begins with ${shownStart(bytes)}`,
      `give ${PICTURE_FORMATS}`,
    );
  if (!isPicture(type))
    throw new LanternError(
      'bad-input',
      `the picture is a video, ${type}`,
      `give it as a video, or a picture as ${PICTURE_FORMATS}`,
    );
  return type;
}

function isPicture(type: string): type is PictureType {
  return type.startsWith('image/');
}
