import type { RgbImage } from '@lantern/engine';

/** Prints the elements of a screen that an answer lists. Throws where it is no whole list. */
export async function printElements(answer: string, { width, height }: RgbImage): Promise<void> {
  const { screenElements } = await import('@lantern/client');
  const elements = screenElements(answer, width, height);
  if (elements === null) {
    const { LanternError } = await import('@lantern/engine');
    const remedy = 'give it more room (--max-tokens, --context), or a smaller part of the screen';
    throw new LanternError('bad-input', 'the answer ended before its list of elements did', remedy);
  }
  process.stdout.write(`${JSON.stringify(elements, null, 2)}\n`);
}

/** Writes a picture with the boxes of an answer. Throws where it names none. */
export async function drawAnswer(answer: string, image: RgbImage, path: string): Promise<void> {
  const { namedBoxes } = await import('@lantern/client');
  const boxes = namedBoxes(answer);
  if (boxes.length === 0) {
    const { LanternError } = await import('@lantern/engine');
    const remedy = 'ask where something is, and for its bbox_2d';
    throw new LanternError('bad-input', `the answer names no boxes, so ${path} was not written`, remedy);
  }
  const { drawBoxes } = await import('./draw-boxes.ts');
  await drawBoxes(image, boxes, path);
  const count = boxes.length === 1 ? 'one box' : `${boxes.length} boxes`;
  process.stderr.write(`${count} drawn into ${path}\n`);
}
