import { LanternError } from '../errors.ts';
import { checkRatio } from './smart-resize.ts';

/** Sides of pictures that are too small to tell anything. */
const TOO_SMALL = 10;

/** Refuses a picture that is too small, too long or, with `mostPixels`, too large to be decoded. */
export function checkSize(width: number, height: number, mostPixels = Infinity): void {
  const size = `a picture of ${width} × ${height} pixels`;
  if (Math.min(width, height) <= TOO_SMALL)
    throw new LanternError('bad-input', `${size}: both sides must be over ${TOO_SMALL} pixels`, 'enlarge it');
  checkRatio(height, width);
  if (width * height > mostPixels)
    throw new LanternError(
      'bad-input',
      `${size} has ${width * height} in all, at most ${mostPixels} are decoded`,
      'make it smaller',
    );
}
